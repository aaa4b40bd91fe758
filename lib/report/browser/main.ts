import { showItems } from "./items";
import { showPlay } from "./play";
import { type Route, readRoute } from "./route";
import { showSamples } from "./samples";

/** Views that are built when they are first opened; each is told of every change of the address while it is shown. */
const apps: Record<string, (route: Route) => Promise<void>> = {
  items: showItems,
  samples: showSamples,
  play: showPlay,
};

let opened = "";

/** Shows the view that the address names, and scrolls to the element. */
function follow(): void {
  const route = readRoute(location.hash);
  const target = document.getElementById(route.target) ?? document.querySelector(".view");
  const view = target?.closest(".view");
  if (!target || !view) return;
  for (const one of document.querySelectorAll(".view")) one.classList.toggle("active", one === view);
  for (const link of document.querySelectorAll("nav a"))
    if (link.getAttribute("href") === `#${view.id}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  if (target !== view) target.scrollIntoView();
  else if (opened !== view.id) scrollTo(0, 0);
  if (opened && opened !== view.id) view.querySelector("h1")?.focus({ preventScroll: true });
  opened = view.id;
  apps[view.id]?.(route).catch((error: Error) => {
    const place = document.getElementById(`${view.id}-app`);
    if (place) place.textContent = error.message;
  });
}

addEventListener("hashchange", follow);
follow();
