/** One bar: what it stands for, its value, and the spread of repetitions where there were some. */
export interface Bar {
  name: string;
  value: number;
  low?: number;
  high?: number;
}

const width = 720;
const left = 250;
const row = 30;
const colours = ["#0f6cbd", "#8a8886"];

/** Bars below each other as SVG, the first of each pair ours and the second the peer's where `pairs` says so; pure. */
export function barChart(title: string, unit: string, bars: readonly Bar[], pairs = false): string {
  const most = Math.max(...bars.map(({ value, high = value }) => high), Number.MIN_VALUE);
  const scale = (value: number): number => Math.round((value / most) * (width - left - 130) * 10) / 10;
  const drawn = bars.map(({ name, value, low, high }, index) => {
    const y = 44 + index * row;
    const spread =
      low === undefined || high === undefined
        ? ""
        : `<path d="M${left + scale(low)} ${y + 10}H${left + scale(high)}" stroke="#201f1e" stroke-width="2"/>`;
    const end = left + scale(Math.max(value, high ?? value)) + 8;
    return [
      `<text x="${left - 10}" y="${y + 15}" text-anchor="end">${escaped(name)}</text>`,
      `<rect x="${left}" y="${y}" width="${scale(value)}" height="20" fill="${colours[pairs ? index % 2 : 0]}"/>`,
      spread,
      `<text x="${end}" y="${y + 15}">${value.toLocaleString("en-US")} ${escaped(unit)}</text>`,
    ].join("");
  });
  const height = 54 + bars.length * row;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="Segoe UI, sans-serif" font-size="13" fill="#201f1e">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    `<text x="16" y="26" font-size="16" font-weight="600">${escaped(title)}</text>`,
    ...drawn,
    "</svg>",
    "",
  ].join("\n");
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
