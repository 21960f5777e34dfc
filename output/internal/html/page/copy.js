// Copying text.

/**
 * copy copies a text, and says so on the button that was pressed.
 * @param {HTMLElement} button
 * @param {string} text
 */
export async function copy(button, text) {
  const done = await toClipboard(text);
  const words = button.textContent ?? "";
  if (button.dataset.told) return;
  button.dataset.told = "1";
  button.textContent = done ? "Copied" : "Not copied";
  setTimeout(() => {
    if (button.textContent?.toLowerCase().endsWith("copied")) button.textContent = words;
    delete button.dataset.told;
  }, 1500);
}

/**
 * toClipboard reports whether it copied a text. Browsers have a clipboard for scripts over
 * https and for files only, so there is the way of old, too.
 * @param {string} text
 */
async function toClipboard(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = Object.assign(document.createElement("textarea"), { value: text, className: "unseen", readOnly: true });
    const focused = /** @type {HTMLElement | null} */ (document.activeElement);
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    focused?.focus();
    return done;
  }
}
