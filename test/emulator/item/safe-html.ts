const active = "script|iframe|frame|frameset|object|embed|applet|noscript|form|base";

/** An HTML body without what can do harm: scripts, embedded programs, frames, forms, handlers of events, and pictures that only report a reader. */
export function safeHtml(html: string): string {
  return html
    .replace(new RegExp(`<(${active})\\b[^>]*>[\\s\\S]*?</\\1\\s*>`, "gi"), "")
    .replace(new RegExp(`</?(?:${active})\\b[^>]*>`, "gi"), "")
    .replace(/<[a-z][^>]*>/gi, (tag) => (isBeacon(tag) ? "" : harmless(tag)));
}

/** A picture from elsewhere that is too small to be seen. */
function isBeacon(tag: string): boolean {
  const size = (side: string): number =>
    Number(new RegExp(`\\b${side}\\s*[=:]\\s*["']?\\s*(\\d+)`, "i").exec(tag)?.[1] ?? Number.NaN);
  const tiny = size("width") <= 1 || size("height") <= 1;
  return /^<img\b/i.test(tag) && /\bsrc\s*=\s*["']?\s*https?:/i.test(tag) && tiny;
}

function harmless(tag: string): string {
  return tag
    .replace(/\son\w+\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>]+)/gi, "")
    .replace(
      /\s(?:href|src)\s*=\s*(?:"\s*(?:javascript|vbscript):[^"]*"|'\s*(?:javascript|vbscript):[^']*'|(?:javascript|vbscript):[^\s>]+)/gi,
      "",
    );
}
