// The position of the telephone into the form, when its owner asks for it.
for (const button of document.querySelectorAll("[data-take-position]")) {
  if (!navigator.geolocation || !window.isSecureContext) continue;
  button.hidden = false;
  button.addEventListener("click", () => {
    navigator.geolocation.getCurrentPosition(({ coords }) => {
      document.getElementById("id_lon").value = coords.longitude.toFixed(6);
      document.getElementById("id_lat").value = coords.latitude.toFixed(6);
    });
  });
}
