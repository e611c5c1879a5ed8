import { latencyChart, summary } from "./chart.ts";
import { ago, clock, seconds } from "./time.ts";
import { type Markup, html } from "./html.ts";
import { mailPath } from "./mail-path.ts";
import { messageList } from "./message-list.ts";
import { type Figures, type Overview, mostRows, slot, slots } from "./overview.ts";
import type { Settings } from "../../stacks/config/types.ts";

/** What a page needs beside the overview. */
export interface PageOptions {
  csrf: string;
  /** What the last press of a button did, in a sentence. */
  said: string | undefined;
}

const product = "Sent Items Update";

/** A whole document; the title is the same for all, so that no tab, history or bookmark shows an address. */
function document(body: Markup, script = false): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${product}</title>
        <link rel="stylesheet" href="/status.css" />
        <link rel="icon" href="/icon.svg" type="image/svg+xml" />
        ${script && html`<script src="/live.js" defer></script>`}
      </head>
      <body>
        ${body}
      </body>
    </html> `.markup;
}

/** The form that asks for the token. `wrong`: what was wrong with the last try. */
export function signInPage(wrong: string | undefined): string {
  return document(
    html`<main class="sign-in">
      <h1>${product}</h1>
      ${wrong !== undefined && html`<p class="banner error" role="alert">${wrong}</p>`}
      <form method="post" action="/sign-in">
        <label for="token">The daemon's token</label>
        <input id="token" name="token" type="password" autocomplete="current-password" required autofocus />
        <p class="hint">It is in the file <code>token</code> of the data folder, unless SIU_TOKEN sets it.</p>
        <button>Sign in</button>
      </form>
    </main>`,
  );
}

/** The status page. Pure. */
export function statusPage(view: Overview, { csrf, said }: PageOptions): string {
  const { figures, problems, now } = view;
  const { state, text } = verdict(view);
  return document(
    html`<a class="skip" href="#main">Skip to the content</a>
      <header>
        <h1>${product}</h1>
        <form method="post" action="/sign-out">
          <input type="hidden" name="csrf" value="${csrf}" /><button class="quiet">Sign out</button>
        </form>
      </header>
      <main id="main" tabindex="-1">
        <p id="lost" class="banner error" role="alert" hidden>
          The daemon does not answer. This page shows what it said last.
        </p>
        ${said !== undefined && html`<p class="banner" role="status">${said}</p>`}
        <div id="verdict" data-live role="status">
          <p class="banner ${state}">${text}</p>
          ${
            problems.length > 0 &&
            html`<ul class="problems">
              ${problems.map((problem) => html`<li>${problem}</li>`)}
            </ul>`
          }
        </div>
        ${section("now", "In use", settingsList(figures?.settings?.settings, figures?.settings?.version))}
        ${section("path", "Mail path", pathList(problems, figures, now))}
        ${
          figures &&
          html`${section("pace", "Pace", paceOf(figures, now))}
            ${section("queue", "Queue", queueList(figures))}
            ${section("day", "Last 24 hours", endsTable(figures))}
            ${section("failures", "Failures", messageList(figures.failures, { csrf, none: "No message has failed.", most: mostRows }))}
            <section aria-labelledby="search-title">
              <h2 id="search-title">Search</h2>
              <form method="get" action="/" role="search">
                <label for="q">Message-ID or sender, or a part of it</label>
                <input
                  id="q"
                  name="q"
                  type="search"
                  autocomplete="off"
                  value="${figures.found?.text ?? ""}"
                />
                <button>Search</button>
              </form>
              <div id="found" data-live>
                ${figures.found && messageList(figures.found.rows, { csrf, none: "Nothing was found.", most: mostRows })}
              </div>
            </section>
            ${section("doctor", "Checklist", checklist(figures, now))}`
        }
      </main>
      <footer>
        <p>
          As of
          <span id="as-of" data-live
            ><time datetime="${new Date(now).toISOString()}">${clock(now)}</time></span
          >.
          <a href="/">Refresh</a>
        </p>
      </footer>`,
    true,
  );
}

function verdict({ figures, problems }: Overview): { state: string; text: string } {
  if (figures && !figures.settings)
    return { state: "off", text: "Nothing is set up yet: there are no settings." };
  if (problems.length > 0) return { state: "error", text: "Sent items are not being updated." };
  if (figures?.settings?.settings.status === "off")
    return { state: "off", text: "Updating is switched off (status: off)." };
  return { state: "ok", text: "Sent items are being updated." };
}

function section(id: string, title: string, content: Markup): Markup {
  return html`<section aria-labelledby="${id}-title">
    <h2 id="${id}-title">${title}</h2>
    <div id="${id}" data-live>${content}</div>
  </section>`;
}

function list(pairs: [name: string, value: string | Markup][]): Markup {
  return html`<dl>
    ${pairs.map(
      ([name, value]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;
}

function settingsList(settings: Settings | undefined, version: number | undefined): Markup {
  if (!settings)
    return html`<p>
      No settings to show. Send them with <code>siu publish &lt;stack&gt;</code> or <code>pulumi up</code>.
    </p>`;
  const { onPremises, online } = settings.mailboxes;
  const { include, users, groups } = settings.senders;
  const listed = [...(users ?? []), ...(groups ?? [])];
  const scope = { all: "all senders", only: "only", allExcept: "all except" }[include];
  return list([
    ["Status", settings.status],
    ["Organization", settings.organization.domain],
    ...(onPremises ? [["Account", onPremises.account.upn] satisfies [string, string]] : []),
    ...(online
      ? [["Application", online.application.clientId ?? "the machine's own"] satisfies [string, string]]
      : []),
    ["Senders", include === "all" ? scope : `${scope} ${listed.join(", ")}`],
    [
      "Way in",
      [settings.intake ?? []]
        .flat()
        .map(({ via }) => via)
        .join(", ") || "none",
    ],
    ["Settings", `version ${version ?? 0}`],
  ]);
}

const marks = { ok: "ok", error: "failed", skipped: "not looked at", unknown: "not looked at" };

function mark(state: keyof typeof marks): Markup {
  return html`<span class="mark ${state}">${marks[state]}</span>`;
}

function pathList(problems: string[], figures: Figures | undefined, now: number): Markup {
  const places = mailPath(problems, figures?.doctor, figures?.probe);
  const looked = [
    figures?.doctor && `doctor ${ago(figures.doctor.at, now)}`,
    figures?.probe && `probe ${ago(figures.probe.at, now)}`,
  ];
  return html`<ol class="path">
      ${places.map(
        ({ title, state, said }) =>
          html`<li class="${state}">
            <strong>${title}</strong> ${mark(state)}${said.map((one) => html`<p>${one}</p>`)}
          </li>`,
      )}
    </ol>
    <p class="hint">
      ${looked.some(Boolean) ? `Last looked at by: ${looked.filter(Boolean).join(", ")}.` : "Nobody has looked at the path yet: run siu doctor <stack> --publish."}
    </p>`;
}

function paceOf({ pace, since }: Figures, now: number): Markup {
  const recent = pace.filter(({ at }) => at > now - 10 * 60_000);
  const rate = recent.reduce((sum, { updated }) => sum + updated, 0) / 10;
  return html`<p>${summary(pace)} ${rate > 0 && `${rate.toFixed(1)} a minute in the last ten.`}</p>
    ${latencyChart(pace, since, slot, slots)}
    <p class="hint">Bars: 19 of 20 took no longer. Lines: the median.</p>`;
}

function queueList({ backlog: { due, later, inHand, oldest } }: Figures): Markup {
  return list([
    ["Due now", String(due)],
    ["In hand", String(inHand)],
    ["Waiting for their time", String(later)],
    ["Oldest", oldest === 0 ? "none" : seconds(oldest)],
  ]);
}

function endsTable({ ends }: Figures): Markup {
  if (ends.length === 0) return html`<p>No message has ended.</p>`;
  return html`<table>
    <thead>
      <tr>
        <th scope="col">Outcome</th>
        <th scope="col">Reason</th>
        <th scope="col" class="number">Messages</th>
      </tr>
    </thead>
    <tbody>
      ${ends.map(
        ({ outcome, reason, count }) =>
          html`<tr>
            <td>${outcome}</td>
            <td>${reason ?? ""}</td>
            <td class="number">${count}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}

function checklist({ doctor }: Figures, now: number): Markup {
  if (!doctor)
    return html`<p>
      The doctor has not told anything yet. <code>siu doctor &lt;stack&gt; --publish</code> shows its
      checklist here.
    </p>`;
  const { steps, findings, stack } = doctor.content;
  return html`<p>${stack}, ${ago(doctor.at, now)}.</p>
    <ul class="steps">
      ${steps.map(
        ({ title, part, state, causes }) =>
          html`<li>
            ${mark(state)} <span>${part}: ${title}</span>${causes.map((cause) => html`<p>${cause}</p>`)}
          </li>`,
      )}
    </ul>
    ${
      findings.length > 0 &&
      html`<ul class="steps">
        ${findings.map(({ code, severity, message }) => html`<li><span class="mark ${severity}">${severity}</span> <span>${code}: ${message}</span></li>`)}
      </ul>`
    }`;
}
