"use strict";
const form = document.getElementById("filters");
const rows = [...document.querySelectorAll("tr[data-machine]")];
const holds = {
  machine: (row, value) => row.dataset.machine === value,
  kernel: (row, value) => row.dataset.kernel === value,
  fear: (row, value) => [...row.querySelectorAll("[data-fear]")].some((each) => each.dataset.fear === value),
  claim: (row, value) => [...row.querySelectorAll("[data-claim]")].some((each) => each.dataset.claim === value),
};
function show() {
  let shown = 0;
  for (const row of rows) {
    row.hidden = Object.entries(holds).some(([name, test]) => {
      const value = form.elements[name].value;
      return value !== "" && !test(row, value);
    });
    shown += row.hidden ? 0 : 1;
  }
  document.getElementById("shown").textContent = `${shown} of ${rows.length} results shown`;
}
form.hidden = false;
form.addEventListener("change", show);
form.addEventListener("reset", () => setTimeout(show));
addEventListener("pageshow", show); // a browser that goes back keeps what was chosen
show();
