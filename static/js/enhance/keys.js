// Keys for those who decide a lot, with a switch. On a list j and k go from row to row.
const PRESSED = { j: "a[rel=next]", k: "a[rel=prev]", a: "[value=approve]", r: "[value=reject]" };
const TYPED_IN = "textarea, select, input:not([type=radio], [type=checkbox])";

export default function keys(element) {
  const box = element.querySelector("input");
  const rows = [...document.querySelectorAll("[data-row]")];
  box.checked = localStorage.keys !== "off";
  box.addEventListener("change", () => {
    localStorage.keys = box.checked ? "on" : "off";
  });
  element.hidden = false;

  document.addEventListener("keydown", ({ key, target, ctrlKey, metaKey, altKey }) => {
    if (!box.checked || ctrlKey || metaKey || altKey || !Object.hasOwn(PRESSED, key) || target.matches(TYPED_IN)) return;
    if (rows.length) {
      const at = rows.indexOf(document.activeElement) + ({ j: 1, k: -1 }[key] ?? 0);
      rows[Math.min(Math.max(at, 0), rows.length - 1)].focus();
      return;
    }
    const found = document.querySelector(PRESSED[key]);
    found?.focus();
    found?.click();
  });
}
