/** Calls a function for each key, while an element is in sight; not while somebody types, where Escape leaves the field. */
export function onKeys(element: HTMLElement, keys: Readonly<Record<string, () => void>>): void {
  addEventListener("keydown", (event) => {
    if (!element.checkVisibility() || event.ctrlKey || event.metaKey || event.altKey) return;
    if (isTyping(event)) {
      if (event.key === "Escape") (event.target as HTMLElement).blur();
      return;
    }
    if (!keys[event.key]) return;
    event.preventDefault();
    keys[event.key]!();
  });
}

/** Whether a key press is meant for a field rather than the page. */
const isTyping = ({ target }: Event): boolean =>
  target instanceof HTMLElement && target.closest("input, select, textarea") !== null;
