// Keeps the page up to date: loads it again every two seconds and takes over the parts that changed. Without it the page is the
// same, and is loaded again by hand. What has the focus keeps it.
const every = 2000;
const lost = document.getElementById("lost");

async function refresh() {
  if (!document.hidden) {
    try {
      const answer = await fetch(location.pathname + location.search, {
        signal: AbortSignal.timeout(15_000),
      });
      if (answer.status === 401) return location.reload();
      if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
      takeOver(new DOMParser().parseFromString(await answer.text(), "text/html"));
      lost.hidden = true;
    } catch {
      lost.hidden = false;
    }
  }
  setTimeout(refresh, every);
}

function takeOver(next) {
  for (const part of document.querySelectorAll("[data-live]")) {
    const fresh = next.getElementById(part.id);
    if (fresh === null || fresh.innerHTML === part.innerHTML) continue;
    const held = part.contains(document.activeElement) ? document.activeElement.id : undefined;
    part.innerHTML = fresh.innerHTML;
    if (held !== undefined) (document.getElementById(held) ?? document.getElementById("main")).focus();
  }
}

setTimeout(refresh, every);
