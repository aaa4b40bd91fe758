import { h } from "./dom";

const FOCUSABLE = "select, input, button";

/** Fields and buttons above a list. They are drawn again with each change, and what has the focus keeps it. */
export class Filters {
  readonly element = h("div", { class: "filters" });

  draw(fields: readonly HTMLLabelElement[], buttons: HTMLElement): void {
    if (this.isTypedIn()) {
      this.drawAroundFocus(fields, buttons);
      return;
    }
    const focused = [...this.element.querySelectorAll(FOCUSABLE)].indexOf(document.activeElement!);
    this.element.replaceChildren(h("div", { class: "fields" }, ...fields), buttons);
    this.element.querySelectorAll<HTMLElement>(FOCUSABLE)[focused]?.focus();
  }

  /** Puts the cursor into the field for words. */
  focusWords(): void {
    this.words?.focus();
  }

  private get words(): HTMLInputElement | null {
    return this.element.querySelector("input[type=search]");
  }

  private isTypedIn(): boolean {
    return this.words !== null && this.words === document.activeElement;
  }

  /** The field that is being typed in stays as it is: replacing it would lose the place of the cursor. */
  private drawAroundFocus(fields: readonly HTMLLabelElement[], buttons: HTMLElement): void {
    const old = this.element.querySelectorAll(".fields > label");
    for (const [i, one] of [...old].entries()) if (!one.contains(this.words)) one.replaceWith(fields[i]!);
    this.element.querySelector(".choices")!.replaceWith(buttons);
  }
}
