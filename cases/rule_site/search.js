"use strict";
// Looks every word up in the titles and texts of the page's own index; nothing leaves the page.
(() => {
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const entries = read("entries").map(([title, address, text]) => ({
    title, address, name: plain(title), all: plain(title + " " + text),
  }));
  const labels = read("labels");
  const form = document.querySelector("form[role=search]");
  const field = document.getElementById("words");
  const list = document.getElementById("found");
  const count = document.getElementById("count");
  const look = () => {
    const words = plain(field.value).split(/\s+/).filter(Boolean);
    const hits = words.length ? entries.filter((one) => words.every((word) => one.all.includes(word))) : [];
    const named = (one) => words.every((word) => one.name.includes(word));
    hits.sort((one, other) => named(other) - named(one));
    list.replaceChildren(...hits.slice(0, 50).map((one) => {
      const link = document.createElement("a");
      link.href = one.address;
      link.textContent = one.title;
      const item = document.createElement("li");
      item.append(link);
      return item;
    }));
    count.textContent = !words.length ? "" : hits.length ? `${labels.found}: ${hits.length}` : labels.nothing;
  };
  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  field.addEventListener("input", look);
  look();
})();
