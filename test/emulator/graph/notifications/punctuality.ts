/** How punctually an endpoint has answered: slow ones get what is new later, or not at all. */
export interface Punctuality {
  /** Notes an answer, or that there was none in time. */
  note: (url: string, now: number, took: number) => void;
  state: (url: string, now: number) => "punctual" | "slow" | "dropped";
}

const windowMs = 600_000;
const slowMs = 2900;
/** Answers before an endpoint is judged. */
const enough = 100;
/** Shares of slow answers from which an endpoint is slow, or gets nothing. */
const shares = { slow: 0.1, dropped: 0.15 };

/** Judges endpoints by their last ten minutes, as Graph documents it. https://learn.microsoft.com/graph/change-notifications-delivery-webhooks#throttling */
export function createPunctuality(): Punctuality {
  const answers = new Map<string, { at: number; slow: boolean }[]>();
  const recent = (url: string, now: number) =>
    (answers.get(placeOf(url)) ?? []).filter(({ at }) => now - at < windowMs);
  return {
    note: (url, now, took) => {
      answers.set(placeOf(url), [...recent(url, now), { at: now, slow: took > slowMs }]);
    },
    state: (url, now) => {
      const known = recent(url, now);
      if (known.length < enough) return "punctual";
      const share = known.filter(({ slow }) => slow).length / known.length;
      return share >= shares.dropped ? "dropped" : share >= shares.slow ? "slow" : "punctual";
    },
  };
}

function placeOf(url: string): string {
  return url.split("?", 1)[0] ?? url;
}
