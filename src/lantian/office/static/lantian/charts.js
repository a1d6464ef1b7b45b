"use strict";
// Charts: <div class="lt-chart" data-chart="ID"></div> beside <script type="application/json" id="ID">…</script>, the
// option of ECharts (Django's json_script writes it). ECharts is fetched from this host when the first chart appears.
// The class is ours: unfold draws charts of its own on everything of class "chart".
// A chart is created when its box has a width: unfold keeps the page hidden until its own script ran.
(() => {
  const library = document.currentScript.dataset.echarts;
  let loading = null;

  function echartsReady() {
    loading ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = library;
      script.onload = () => resolve(window.echarts);
      script.onerror = reject;
      document.head.append(script);
    });
    return loading;
  }

  const sizes = new ResizeObserver((entries) => {
    for (const { target, contentRect } of entries) {
      if (contentRect.width > 0) draw(target);
    }
  });

  async function draw(box) {
    if (box.chart) {
      box.chart.resize();
      return;
    }
    if (box.dataset.drawn) return;
    box.dataset.drawn = "soon";
    const source = document.getElementById(box.dataset.chart);
    if (!source) return;
    const echarts = await echartsReady();
    const option = JSON.parse(source.textContent);
    option.aria ??= { enabled: true };
    option.animation ??= false;
    option.textStyle ??= { fontFamily: getComputedStyle(box).fontFamily };
    box.chart = echarts.init(box, null, { renderer: box.dataset.renderer || "canvas" });
    box.chart.setOption(option);
    box.chart.on("click", (event) => {
      const url = event.data && event.data.url;
      if (typeof url === "string" && url.startsWith("/")) window.location.assign(url);
    });
    box.dataset.drawn = "yes";
  }

  // htmx speaks of text nodes too.
  function chartsIn(root) {
    return root.querySelectorAll ? root.querySelectorAll(".lt-chart[data-chart]") : [];
  }

  function watch(root) {
    for (const box of chartsIn(root)) sizes.observe(box);
  }

  function forget(root) {
    for (const box of chartsIn(root)) {
      sizes.unobserve(box);
      if (box.chart) box.chart.dispose();
      box.chart = null;
    }
  }

  document.addEventListener("DOMContentLoaded", () => watch(document));
  document.addEventListener("htmx:load", (event) => watch(event.detail.elt.parentElement || document));
  document.addEventListener("htmx:beforeCleanupElement", (event) => forget(event.detail.elt));
  // A panel that could not be loaded says so instead of waiting for ever.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.status >= 400) event.detail.shouldSwap = true;
  });
  // The admin's script writes the name of a chosen file into the nearest text field, for its own file widget;
  // in our forms that is another field (the region code of a plan). It passes by what bears its own mark.
  const keepFileNamesOut = () => {
    for (const input of document.querySelectorAll(".lt-page input[type=file]")) input.hasChangeListener = true;
  };
  keepFileNamesOut();
  new MutationObserver(keepFileNamesOut).observe(document.body, { childList: true, subtree: true });
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-submit-on-change]")) event.target.form.requestSubmit();
  });
})();
