// Wakes each [data-enhance="name"] with the module of that name. Every page works without this.
for (const element of document.querySelectorAll("[data-enhance]")) {
  import(`./enhance/${element.dataset.enhance}.js`).then((module) => module.default(element));
}
