// The bar at the foot of a phone leads to the form; once the form is in sight it makes room.
export default function signBar(element) {
  const form = document.querySelector("#sign");
  new IntersectionObserver(([entry]) => {
    element.hidden = entry.isIntersecting;
  }).observe(form);
}
