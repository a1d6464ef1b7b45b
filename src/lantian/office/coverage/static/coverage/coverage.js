"use strict";
// Print buttons, and the list of all clauses: kept once in the page, put into a form when it is opened.
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});
document.addEventListener("toggle", (event) => {
  const select = event.target.open && event.target.querySelector && event.target.querySelector("select[data-clauses]");
  const clauses = document.getElementById("cv-clauses");
  if (select && clauses && select.options.length < 2) select.append(clauses.content.cloneNode(true));
}, true);
