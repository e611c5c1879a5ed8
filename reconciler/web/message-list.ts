import type { AuditEntry } from "../queue/port.ts";
import { type Markup, html } from "./html.ts";
import { clock } from "./time.ts";

/** Messages with what became of them; failed ones with a button that takes them up again. */
export function messageList(
  rows: readonly AuditEntry[],
  { csrf, none, most }: { csrf: string; none: string; most: number },
): Markup {
  if (rows.length === 0) return html`<p>${none}</p>`;
  return html`<ul class="messages">
      ${rows.map((row) => message(row, csrf))}
    </ul>
    ${rows.length >= most && html`<p class="hint">The newest ${most} are shown.</p>`}`;
}

function message(
  { key, messageId, senders, arrived, outcome, reason, text, attempts }: AuditEntry,
  csrf: string,
): Markup {
  return html`<li>
    <p class="id">${messageId}</p>
    <p>${senders.join(", ")}, <time datetime="${new Date(arrived).toISOString()}">${clock(arrived)}</time></p>
    <p>
      <span class="mark ${outcome}">${outcome}</span> ${reason !== undefined && html`<code>${reason}</code>`}
      ${text} ${attempts > 1 && `(${attempts} attempts)`}
    </p>
    ${
      outcome === "failed" &&
      html`<form method="post" action="/messages/${key}/retry">
        <input type="hidden" name="csrf" value="${csrf}" /><button
          id="retry-${key}"
          aria-label="Retry ${messageId}"
        >
          Retry
        </button>
      </form>`
    }
  </li>`;
}
