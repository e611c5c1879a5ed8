import { post, redeem, Refused, refusedFault, scope, type Desk, type Grant } from "./grant.ts";

/**
 * Somebody signs in in a browser on any device, with whatever the tenant asks of them, and this program waits (RFC 8628). `say` tells
 * them where, and with which code. @throws Fault WRONG_CREDENTIALS | UNAVAILABLE
 */
export async function byDeviceCode(
  desk: Desk,
  say: (text: string) => void,
  wait: (milliseconds: number) => Promise<void>,
): Promise<Grant> {
  try {
    const offer = await post<{ device_code: string; message: string; interval?: number }>(
      desk,
      "devicecode",
      {
        scope,
      },
    );
    say(offer.message);
    const form = {
      grant_type: "urn:ietf:params:oauth:grant-type:device_code",
      device_code: offer.device_code,
    };
    for (let seconds = offer.interval ?? 5; ;) {
      await wait(seconds * 1_000);
      try {
        return await redeem(desk, form);
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        if (error.error === "slow_down") seconds += 5;
        else if (error.error !== "authorization_pending") throw error;
      }
    }
  } catch (error) {
    throw refusedFault(error);
  }
}
