// Copy a letter as it stands, and keep its mail link true to what was typed.
const LONGEST_LINK = 1900;

export default function letter(element) {
  const { copyLabel, copiedLabel, mail: mailId } = element.dataset;
  const subject = element.querySelector("input");
  const text = element.querySelector("textarea");
  const mail = document.getElementById(mailId);

  if (mail) {
    const follow = () => {
      const words = { subject: subject?.value ?? "", body: text.value };
      const pairs = Object.entries(words).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
      mail.href = `mailto:?${pairs.join("&")}`;
      mail.hidden = mail.href.length > LONGEST_LINK;
    };
    element.addEventListener("input", follow);
    // What was typed while this was on its way, or what the browser has put back.
    follow();
  }
  if (!navigator.clipboard) return;

  const button = document.createElement("button");
  button.type = "button";
  button.className = "button";
  button.textContent = copyLabel;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text.value);
      button.textContent = copiedLabel;
    } catch {
      text.select();
    }
  });
  element.querySelector("[data-tools]").prepend(button);
}
