import type { Lint } from "../lint.ts";

/** What the file itself says that an administrator ought to know. */
export const file = {
  SIU080: {
    severity: "warning",
    title: "Office 365 Germany is closed",
    find: ({ config: { signatureService } }) =>
      signatureService?.preset === "codetwo" && signatureService.region === "germany"
        ? [
            `The names <subdomain>.de-smtp.codetwo.online are those of Office 365 Germany, which Microsoft closed in 2021. Set signatureService.region to global.`,
          ]
        : [],
  },
  SIU081: {
    severity: "note",
    title: "Cmdlets run by an endpoint that Microsoft does not document",
    find: ({ config: { connections } }) =>
      connections.online?.admin.via === "rest"
        ? [
            `connections.online.admin.via is rest: the endpoint is the one that the Exchange Online module itself calls, and Microsoft may change it without a word. via: powershell is the documented way.`,
          ]
        : [],
  },
  SIU082: {
    severity: "note",
    title: "PowerShell remoting from this system is often impossible",
    find: ({ config: { connections }, platform }) =>
      connections.onPremises?.admin.via === "powershell" && platform !== "win32"
        ? [
            `Remote sessions with your own servers need WSMan and often Kerberos, which PowerShell on ${platform} mostly lacks. Where the session fails, run deployments on Windows.`,
          ]
        : [],
  },
  SIU083: {
    severity: "note",
    title: "The updates are switched off",
    find: ({ config }) =>
      config.status === "off"
        ? [
            `status is off, as after an installation: stamped copies are taken in, and no sent item is changed. Set status: on when everything above is green.`,
          ]
        : [],
  },
} satisfies Record<string, Lint>;
