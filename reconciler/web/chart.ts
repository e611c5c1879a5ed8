import type { Pace } from "../queue/port.ts";
import { type Markup, html } from "./html.ts";
import { seconds } from "./time.ts";

const width = 600;
const height = 140;
const left = 44;
const bottom = 20;

/**
 * The last hour as a picture: for each slot a bar from 0 to the time that 19 of 20 updates kept within, and a line across it at
 * the median. The scale is logarithmic, from a second to whatever is needed: seconds and hours are told apart alike. Pure.
 */
export function latencyChart(pace: readonly Pace[], since: number, slot: number, slots: number): Markup {
  const most = Math.max(10_000, ...pace.map(({ slow }) => slow));
  const decades = Math.ceil(Math.log10(most / 1000) - 1e-9);
  const top = 1000 * 10 ** Math.max(1, decades);
  const floor = 100;
  const plot = height - bottom - 8;
  const y = (ms: number): number =>
    round(8 + plot - (plot * Math.log10(Math.max(ms, floor) / floor)) / Math.log10(top / floor));
  const step = (width - left) / slots;
  const lines = [];
  for (let ms = 1000; ms <= top; ms *= 10) lines.push(ms);
  return html`<svg viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="chart-title chart-text">
    <title id="chart-title">Seconds from the stamped copy's arrival to the updated item, last hour</title>
    <desc id="chart-text">${summary(pace)}</desc>
    ${lines.map(
      (ms) =>
        html`<line class="grid" x1="${left}" x2="${width}" y1="${y(ms)}" y2="${y(ms)}" /><text
            x="${left - 6}"
            y="${y(ms) + 4}"
            text-anchor="end"
            >${ms / 1000} s</text
          >`,
    )}
    ${pace.map(({ at, median, slow }) => {
      const x = round(left + ((at - since) / slot) * step);
      return html`<rect
          class="slow"
          x="${x + 1}"
          width="${round(step - 2)}"
          y="${y(slow)}"
          height="${round(height - bottom - y(slow))}"
        /><rect
          class="median"
          x="${x + 1}"
          width="${round(step - 2)}"
          y="${round(y(median) - 1.5)}"
          height="3"
        />`;
    })}
    <text x="${left}" y="${height - 4}">60 minutes ago</text>
    <text x="${width}" y="${height - 4}" text-anchor="end">now</text>
  </svg>`;
}

/** The same in a sentence, for who does not see it. */
export function summary(pace: readonly Pace[]): string {
  const updated = pace.reduce((sum, one) => sum + one.updated, 0);
  if (updated === 0) return "No item was updated in the last hour.";
  const median = pace.reduce((sum, one) => sum + one.median * one.updated, 0) / updated;
  const slow = Math.max(...pace.map((one) => one.slow));
  return `${updated} message${updated === 1 ? "" : "s"} updated in the last hour, in ${seconds(median)} as a rule; the slowest part took ${seconds(slow)}.`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
