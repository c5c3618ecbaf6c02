"use strict";
(() => {
  const root = document.documentElement, film = document.getElementById("film");
  const play = document.getElementById("play"), place = document.getElementById("place");
  const clock = document.getElementById("clock"), controls = document.getElementById("controls");
  const total = Number(film.dataset.total);
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const scenes = [...film.querySelectorAll(".scene")].map((element) => ({
    element, at: Number(element.dataset.at), length: Number(element.dataset.for), fade: Number(element.dataset.fade),
    picture: element.querySelector(".picture"), words: element.querySelector(".words"),
    from: Number(element.style.getPropertyValue("--from")) || 1, to: Number(element.style.getPropertyValue("--to")) || 1,
  }));
  for (const { element, picture } of scenes) {
    if (picture === null || element.classList.contains("map")) continue;
    const backdrop = new Image();
    backdrop.className = "backdrop";
    backdrop.alt = "";
    backdrop.src = picture.src;
    element.prepend(backdrop);
  }
  const eased = (u) => { const t = Math.min(Math.max(u, 0), 1); return t * t * (3 - 2 * t); };
  const time = (ms) => { const s = Math.floor(ms / 1000); return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`; };
  let now = 0, running = false, last = 0, quiet = 0, written = "";

  function draw() {
    for (const scene of scenes) {
      const age = now - scene.at, seen = age >= 0 && (age < scene.length || scene.at + scene.length >= total);
      const fade = still.matches ? Math.min(scene.fade, 120) : scene.fade;
      scene.element.classList.toggle("seen", seen);
      scene.element.setAttribute("aria-hidden", String(!seen));
      if (!seen) continue;
      const late = still.matches ? (scene.fade - fade) / 2 : 0;
      scene.element.style.opacity = fade > 0 ? eased((age - late) / fade) : 1;
      if (scene.picture !== null) {
        const scale = still.matches ? 1 : scene.from + (scene.to - scene.from) * eased(age / scene.length);
        scene.picture.style.transform = `scale(${scale.toFixed(5)})`;
      }
      if (scene.words !== null) scene.words.style.opacity = eased((age - 350) / 600);
    }
    place.value = String(Math.round(now));
    const text = `${time(now)} / ${time(total)}`;
    if (text !== written) { clock.textContent = written = text; place.setAttribute("aria-valuetext", text); }
  }
  function step(stamp) {
    if (!running) return;
    now = Math.min(now + Math.min(stamp - last, 100), total);
    last = stamp;
    draw();
    if (now >= total) set(false); else requestAnimationFrame(step);
  }
  function set(on) {
    running = on;
    play.textContent = on ? "Pause" : now >= total ? "Again" : "Play";
    play.setAttribute("aria-label", play.textContent);
    if (on) {
      if (now >= total) now = 0;
      last = performance.now();
      requestAnimationFrame(step);
    }
    wake();
  }
  function go(ms) { now = Math.min(Math.max(ms, 0), total); draw(); if (!running) set(false); wake(); }
  const shownAt = (scene) => scene.at + scene.fade;
  function jump(by) {
    const here = scenes.filter((scene) => shownAt(scene) <= now + 1).length - 1;
    const target = scenes[Math.min(Math.max(here + by, 0), scenes.length - 1)];
    go(shownAt(target));
  }
  function wake() {
    root.classList.remove("idle");
    clearTimeout(quiet);
    if (running && !still.matches) quiet = setTimeout(() => root.classList.add("idle"), 2500);
  }
  play.addEventListener("click", () => set(!running));
  document.getElementById("back").addEventListener("click", () => jump(-1));
  document.getElementById("next").addEventListener("click", () => jump(1));
  place.addEventListener("input", () => go(Number(place.value)));
  film.addEventListener("click", () => set(!running));
  addEventListener("mousemove", wake);
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const onControl = event.target instanceof HTMLButtonElement || event.target instanceof HTMLInputElement;
    if (event.key === " " && !onControl) { event.preventDefault(); set(!running); }
    else if (event.key === "ArrowRight" && event.target !== place) jump(1);
    else if (event.key === "ArrowLeft" && event.target !== place) jump(-1);
    else if (event.key === "Home" && event.target !== place) go(0);
    wake();
  });
  root.classList.add("playing");
  controls.hidden = false;
  draw();
  const asked = /^#(\d+(\.\d+)?)$/.exec(location.hash);  // film.html#12 stands still at 12 s
  if (asked !== null) go(Number(asked[1]) * 1000);
  else if (still.matches) go(shownAt(scenes[0]) + 1000);
  else set(true);
})();
