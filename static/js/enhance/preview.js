// What Markdown will look like, below what is typed. Silent while one types; read out when one opens it.
const PAUSE = 400;

export default function preview(element) {
  const { address, label } = element.dataset;
  const text = element.querySelector("textarea");
  const panel = document.createElement("details");
  const summary = document.createElement("summary");
  const shown = document.createElement("div");
  let timer;

  async function show() {
    const typed = text.value;
    const token = text.form.elements.form_token.value;
    const body = new URLSearchParams({ form_token: token, text: typed });
    const answer = typed.trim() ? await fetch(address, { method: "POST", body }).catch(() => null) : null;
    const html = answer?.ok ? await answer.text() : "";
    // Whoever typed on meanwhile gets the next one.
    if (typed === text.value) shown.innerHTML = html;
  }

  summary.textContent = label;
  summary.addEventListener("click", () => {
    if (panel.open) return;
    shown.ariaLive = "polite";
    show();
  });
  text.addEventListener("input", () => {
    shown.ariaLive = "off";
    clearTimeout(timer);
    if (panel.open) timer = setTimeout(show, PAUSE);
  });
  shown.className = "prose";
  if (text.lang) shown.lang = text.lang;
  shown.dir = "auto";
  panel.className = "preview";
  panel.open = true;
  panel.append(summary, shown);
  element.append(panel);
  show();
}
