/* The print button; inline handlers are closed by the office's content policy. */
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-tg-print]")) window.print();
});
