// One button beside the links: the device's own share sheet where there is one, else «copy the link».
export default function share(element) {
  const { title, url, shareLabel, copyLabel, copiedLabel } = element.dataset;
  const canShare = typeof navigator.share === "function";
  if (!canShare && !navigator.clipboard) return;

  const button = document.createElement("button");
  button.type = "button";
  button.className = "button quiet";
  button.textContent = canShare ? shareLabel : copyLabel;
  button.addEventListener("click", async () => {
    try {
      if (canShare) {
        await navigator.share({ title, url });
      } else {
        await navigator.clipboard.writeText(url);
        button.textContent = copiedLabel;
      }
    } catch {
      // The visitor closed the sheet, or the browser said no: the links beside it still work.
    }
  });
  element.querySelector("p").after(button);
}
