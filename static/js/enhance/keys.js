// Keys for those who decide a lot, with a switch. On a list j and k go from row to row; elsewhere what has a data-key is pressed.
const STEPS = { j: 1, k: -1 };
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
    if (!box.checked || ctrlKey || metaKey || altKey || !/^[jkar]$/.test(key) || target.matches(TYPED_IN)) return;
    const found = document.querySelector(`[data-key=${key}]`);
    found?.focus();
    found?.click();
    if (rows.length && key in STEPS) {
      const at = rows.indexOf(document.activeElement);
      rows[Math.min(Math.max(at + STEPS[key], 0), rows.length - 1)].focus();
    }
  });
}
