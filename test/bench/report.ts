import { barChart, type Bar } from "./chart.ts";
import type { Growth } from "./daemon/growth.ts";
import type { DaemonFigures, FarFigures } from "./daemon/measure.ts";
import type { Protocol } from "./daemon/scene.ts";
import type { Spread } from "./exchange/figures.ts";
import { perResource, type ProvisionerFigures } from "./provisioner/compare.ts";

/** All that was measured in one run; parts that were left out are empty. */
export interface Figures {
  machine: { processors: number; load: number; node: string };
  daemon: Partial<Record<Protocol, DaemonFigures>>;
  far: Partial<Record<Protocol, FarFigures>>;
  growth: Growth[];
  provisioner: ProvisionerFigures[];
}

const names = { ews: "EWS", graph: "Graph" };
const peers = { ews: "ews-javascript-api", graph: "microsoft-graph-client" };

/** The figures that the product is held to, EWS where there is one for each protocol; null where it was not measured. Pure. */
export function keyFiguresOf({ daemon, provisioner }: Figures): Record<string, number | null> {
  const { ews, graph } = daemon;
  const last = provisioner.at(-1);
  return {
    p50Ms: ews?.latency.p50 ?? null,
    p99Ms: ews?.latency.p99 ?? null,
    updatesPerSecond: ews?.perSecond.median ?? null,
    throughputVsEwsJavascriptApi: ews?.timesPeer.median ?? null,
    throughputVsGraphClient: graph?.timesPeer.median ?? null,
    roundTripsPerUpdate: ews?.roundTrips.daemon ?? null,
    roundTripsPerUpdateGraph: graph?.roundTrips.daemon ?? null,
    upPerResourceMs: perResource(provisioner) ?? null,
    sessions: last?.again.sessions ?? null,
    readsPerNoun: last?.preview.readsPerNoun ?? null,
  };
}

/** The figures for reading; pure. */
export function tableOf({ machine, daemon, far, growth, provisioner }: Figures): string {
  const rows: [string, string][] = [
    ["machine", `${machine.processors} processors, load ${machine.load.toFixed(1)}, Node ${machine.node}`],
  ];
  for (const protocol of ["ews", "graph"] as const) {
    const own = daemon[protocol];
    const name = names[protocol];
    if (own) {
      const { latency, peer, cpuMs, roundTrips } = own;
      rows.push(
        [`${name}: latency`, latencyText(latency)],
        [`  ${peers[protocol]}`, `${latencyText(peer.latency)}; our p99 is ${own.p99OfPeer} of it`],
        [`${name}: updates a second`, spreadText(own.perSecond)],
        [
          `  ${peers[protocol]}`,
          `${spreadText(peer.perSecond)}; ours is ${spreadText(own.timesPeer)} times that`,
        ],
        [
          "  processor, ms for each",
          `daemon ${cpuMs.daemon}, Exchange ${cpuMs.exchange}, peer ${cpuMs.peer}`,
        ],
        ["  round trips for each", `daemon ${roundTrips.daemon}, peer ${roundTrips.peer}`],
        ["  memory at most", `${own.rssMB} MB`],
      );
    }
    const away = far[protocol];
    if (away)
      rows.push([
        `${name}: with ${away.added} ms a request`,
        `${latencyText(away)}; ${away.timesFloor} times the floor of ${away.floor} ms`,
      ]);
  }
  for (const { what, size, perSecond, cpuMs, rssMB } of growth)
    rows.push([
      `${size} ${what}`,
      `${perSecond} a second, ms of processor: daemon ${cpuMs.daemon}, Exchange ${cpuMs.exchange}; ${rssMB} MB`,
    ]);
  for (const { via, resources, first, again, preview, empty, reading } of provisioner) {
    const seconds = `up ${first.seconds} s, again ${again.seconds} s, preview --refresh ${preview.seconds} s`;
    const asked = `${preview.sessions} session, at most ${preview.readsPerNoun} readings of a noun`;
    rows.push([`${resources} resources, ${via}`, `${seconds}; ${asked}`]);
    if (empty) rows.push(["  an empty provider", `up ${empty.first} s, again ${empty.again} s`]);
    if (reading)
      rows.push([
        "  reading its rules",
        `${reading.bulk.milliseconds} ms, ${reading.bulk.requests} requests; one by one ${reading.each.milliseconds} ms, ${reading.each.requests} requests`,
      ]);
  }
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join("\n");
}

/** Charts by name, SVG; those of what was measured. Pure. */
export function chartsOf({ daemon, growth, provisioner }: Figures): Record<string, string> {
  const protocols = (["ews", "graph"] as const).flatMap((protocol) => {
    const own = daemon[protocol];
    return own ? [{ protocol, own }] : [];
  });
  const pairs = (
    of: (figures: DaemonFigures) => [ours: Omit<Bar, "name">, theirs: Omit<Bar, "name">],
  ): Bar[] =>
    protocols.flatMap(({ protocol, own }) => {
      const [ours, theirs] = of(own);
      return [
        { name: `${names[protocol]}: daemon`, ...ours },
        { name: peers[protocol], ...theirs },
      ];
    });
  const charts: Record<string, [title: string, unit: string, bars: Bar[], pairs: boolean]> = {
    throughput: [
      "Updates a second",
      "/s",
      pairs(({ perSecond, peer }) => [barOf(perSecond), barOf(peer.perSecond)]),
      true,
    ],
    latency: [
      "From intake to verified update, 99th percentile",
      "ms",
      pairs(({ latency, peer }) => [{ value: latency.p99 }, { value: peer.latency.p99 }]),
      true,
    ],
    growth: [
      "Processor time of the daemon for one update",
      "ms",
      growth.map(({ what, size, cpuMs }) => ({ name: `${size} ${what}`, value: cpuMs.daemon })),
      false,
    ],
    provisioner: [
      "`up` without changes, beside an empty provider",
      "s",
      provisioner.flatMap(({ resources, again, empty }) =>
        empty
          ? [
              { name: `${resources} resources`, value: again.seconds },
              { name: "an empty provider", value: empty.again },
            ]
          : [],
      ),
      true,
    ],
  };
  return Object.fromEntries(
    Object.entries(charts)
      .filter(([, [, , bars]]) => bars.length > 0)
      .map(([name, [title, unit, bars, inPairs]]) => [name, barChart(title, unit, bars, inPairs)]),
  );
}

function barOf({ low, median, high }: Spread): Omit<Bar, "name"> {
  return { value: median, low, high };
}

function latencyText({ p50, p95, p99, max }: DaemonFigures["latency"]): string {
  return `p50 ${p50} ms, p95 ${p95}, p99 ${p99}, max ${max}`;
}

function spreadText({ low, median, high }: Spread): string {
  return `${median} (${low} to ${high})`;
}
