/** An answer that turns a command down, as it stands on the wire: `550 5.7.60 SMTP; Client does not have ...`. */
export class Refusal extends Error {
  readonly responseCode: number;

  constructor(answer: string) {
    super(answer.slice(4));
    this.name = "Refusal";
    this.responseCode = Number(answer.slice(0, 3));
  }
}
