"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const state = { words: {}, waiting: 0 };
  let inbox = null, number = 0, playing = false, sentAt = 0, timer = null, wasBusy = "";
  const word = (key) => state.words["page." + key] || key;
  const make = (tag, options = {}, ...inside) => { const e = Object.assign(document.createElement(tag), options); e.append(...inside); return e; };
  const sample = () => { const s = document.createElementNS("http://www.w3.org/2000/svg", "svg"); s.setAttribute("class", "sample"); s.setAttribute("viewBox", "0 0 30 8"); s.setAttribute("aria-hidden", "true"); s.innerHTML = '<line x1="1" y1="4" x2="29" y2="4"/>'; return s; };

  function ask(what) {
    if (!inbox) return;
    number += 1; state.waiting += 1; sentAt = performance.now();
    inbox.tags = [JSON.stringify({ ...what, number })];
    if (what.do !== "step") later();
    buttons();
  }
  // While weeks are lived again only the last value of each lever waits, so that a held arrow key piles nothing up.
  const moves = new Map();
  function move(side, path, value) { moves.set(side + " " + path, { do: "move", side, path, value }); moveNext(); }
  function moveNext() {
    if (state.waiting || !moves.size) return;
    const [key, what] = moves.entries().next().value;
    moves.delete(key); ask(what);
  }
  let slow = null;
  function later() { clearTimeout(slow); slow = setTimeout(() => { if (state.waiting) busy(word("working")); }, 250); }
  function busy(words) { if (words !== wasBusy) { wasBusy = words; $("busy").textContent = words; } }

  // --- answers
  function heard(answer) {
    if (answer.number) { state.waiting = Math.max(0, state.waiting - 1); }
    if (answer.busy !== null && answer.busy !== undefined && !(answer.busy === "" && state.waiting)) busy(answer.busy);
    if (answer.number && !state.waiting) { clearTimeout(slow); busy(""); }
    if (answer.error) { stop(); fault(answer.error); }
    else if (answer.number && answer.did !== "step") fault("");
    Object.assign(state, answer);
    if (answer.words) speak();
    if (answer.choices) choices();
    if ("title" in answer) $("title").textContent = answer.title;
    if (answer.units) legend();
    if (answer.levers) controls();
    if (answer.readings) readings();
    if (answer.people && document.activeElement !== $("customer")) people(); // not while somebody looks for one
    if ("diary" in answer) diary(answer.did === "diary" || !answer.did);
    if ("customer" in answer) $("customer").value = state.customer === null ? "" : String(state.customer);
    if (answer.file) keep(answer.file);
    if (answer.did === "predict" && !answer.error) start();
    if (answer.did === "open" || answer.did === "reset") { stop(); if (state.lesson) $("main").scrollIntoView({ block: "nearest" }); }
    buttons();
    if (state.done && playing) stop();
    if (answer.did === "step" && state.done && state.lesson && !state.lesson.outcome && !answer.error) ask({ do: "verdict" });
    moveNext();
    if (playing && !state.waiting && !timer) next();
    document.documentElement.dataset.number = answer.number || "";
  }
  function fault(words) { $("error").hidden = !words; $("error-words").textContent = words; }

  function speak() {
    document.documentElement.lang = state.language === "zh" ? "zh-Hans" : "en";
    document.title = word("name") + " · loyalty-sim";
    $("language").value = state.language;
    for (const e of document.querySelectorAll("[data-say]")) e.textContent = state.words[e.dataset.say];
    for (const e of document.querySelectorAll("[data-label]")) e.setAttribute("aria-label", state.words[e.dataset.label]);
    for (const e of document.querySelectorAll("[data-per-second]")) e.textContent = e.dataset.perSecond + " " + word("per_second");
    $("play-word").textContent = word(playing ? "pause" : "play");
  }
  function options(select, entries, value) {
    const wanted = JSON.stringify(entries);
    if (select.dataset.made !== wanted) { select.replaceChildren(...entries.map(([v, t]) => make("option", { value: v, textContent: t }))); select.dataset.made = wanted; }
    select.value = String(value);
  }
  function choices() {
    $("key").replaceChildren(...state.choices.map((g) => make("optgroup", { label: g.label }, ...g.entries.map(([v, t]) => make("option", { value: v, textContent: t })))));
    $("key").value = state.key;
  }
  function legend() {
    for (const e of document.querySelectorAll("[data-series]")) e.textContent = state.series[e.dataset.series];
    for (const e of document.querySelectorAll("[data-unit]")) e.textContent = state.units[e.dataset.unit];
    const events = state.events.length ? " " + word("hatched") + " " + state.events.join(", ") : "";
    $("legend").textContent = word("legend").replace("{week}", state.burn_in) + events;
  }
  function controls() {
    $("key").value = state.key; $("customers").value = state.customers;
    for (const side of [0, 1]) {
      options($("design-" + side), state.designs.map((d) => [d, d]), state.sides[side]);
      levers($("levers-" + side), state.levers[side], side);
      $("name-" + side).textContent = state.sides[side];
      for (const e of document.querySelectorAll(".design-" + side)) e.textContent = state.sides[side];
    }
    $("rivals-box").hidden = !state.rivals.length;
    levers($("levers-rivals"), state.rivals, 0);
    mechanisms();
    people();
    lesson();
  }

  function people() {
    options($("customer"), [["", word("nobody")], ...state.people], state.customer === null ? "" : state.customer);
  }
  function levers(box, list, side) {
    const shape = JSON.stringify([state.key, list.map((l) => [l.path, l.label, l.low, l.high, l.step, l.unit])]);
    if (box.dataset.shape !== shape) {
      box.dataset.shape = shape;
      box.replaceChildren(...list.map((l, i) => lever(l, side, box.id + "-" + i)));
      if (!list.length) box.append(make("p", { className: "note", textContent: word("empty_levers") }));
    }
    list.forEach((l, i) => { if (moves.has(side + " " + l.path)) return; const [r, t] = box.children[i].querySelectorAll("input"); r.value = l.value; t.value = l.value; r.setAttribute("aria-valuetext", l.value + " " + l.unit); });
  }
  function lever(l, side, id) {
    const name = make("label", { className: "label", htmlFor: id, textContent: l.label + " " }, make("span", { className: "unit", textContent: l.unit }));
    const slide = make("input", { type: "range", id, min: l.low, max: l.high, step: l.step });
    const typed = make("input", { type: "text", inputMode: "decimal", autocomplete: "off" });
    typed.setAttribute("aria-label", l.label + ", " + word("typed"));
    slide.addEventListener("input", () => { typed.value = slide.value; slide.setAttribute("aria-valuetext", slide.value + " " + l.unit); });
    slide.addEventListener("change", () => move(side, l.path, slide.value));
    typed.addEventListener("change", () => move(side, l.path, typed.value));
    return make("div", { className: "lever" }, name, make("div", { className: "pull" }, slide, typed));
  }
  function mechanisms() {
    const shape = JSON.stringify(state.mechanisms.map((g) => [g.label, g.entries.map((e) => e.label)]));
    if ($("groups").dataset.shape !== shape) {
      $("groups").dataset.shape = shape;
      $("groups").replaceChildren(...state.mechanisms.map((g) => make("fieldset", { className: "group" }, make("legend", { textContent: g.label }), ...g.entries.map((m) => {
        const tick = make("input", { type: "checkbox" }); tick.dataset.mechanism = m.name;
        tick.addEventListener("change", () => ask({ do: "switch", name: m.name, on: tick.checked }));
        return make("label", { title: m.meaning }, tick, m.label);
      }))));
    }
    for (const g of state.mechanisms) for (const m of g.entries) document.querySelector(`[data-mechanism="${m.name}"]`).checked = m.on;
  }
  function readings() {
    $("week").textContent = state.week; $("weeks").textContent = state.weeks; $("phase").textContent = state.phase;
    $("course").max = state.weeks; $("course").value = state.week;
    for (const e of document.querySelectorAll("[data-reading]")) {
      const r = state.readings[e.dataset.reading];
      if (!r) continue;
      if (!e.firstChild) {
        const side = (n, s) => make("div", { className: s }, make("dt", {}, sample(), make("span", { className: "sr", textContent: word(s) })), make("dd"));
        e.append(side(0, "left"), side(1, "right"), make("div", { className: "gap" }, make("dt", { className: "what" }), make("dd")));
      }
      const [left, right, gap] = e.querySelectorAll("dd");
      left.textContent = r.values[0]; right.textContent = r.values[1]; gap.textContent = (e.dataset.thin ? "" : "Δ ") + r.gap;
      gap.title = word("gap") + " " + r.unit;
      const what = e.querySelector(".what"); what.textContent = e.dataset.thin ? state.series[e.dataset.reading] : "";
      e.querySelectorAll(".sr").forEach((x, i) => { x.textContent = word(i ? "right" : "left"); });
    }
  }
  function diary(scroll) {
    $("diary").hidden = !state.diary;
    if (!state.diary) return;
    $("diary-who").textContent = state.customer;
    state.diary.forEach((html, side) => { $("diary-" + side).innerHTML = html; });
    if (scroll && document.activeElement !== $("customer")) $("diary").scrollIntoView({ block: "nearest", behavior: "smooth" });
  }
  function lesson() {
    const l = state.lesson;
    $("lesson").hidden = !l;
    const open = !l || !!l.prediction;
    $("plots").hidden = !open;
    if (!l) return;
    $("lesson-title").textContent = l.title; $("lesson-story").textContent = l.story; $("lesson-question").textContent = l.question;
    $("lesson-measure").textContent = l.measure;
    $("predict").hidden = open; $("after").hidden = !open;
    const chosen = new FormData($("predict")).get("answer");
    if (!open) $("answers").replaceChildren(...l.answers.map(([value, text]) => make("label", {}, make("input", { type: "radio", name: "answer", value, required: true, checked: value === chosen }), text)));
    $("predicted").textContent = l.predicted; $("lesson-watch").textContent = l.watch;
    $("outcome").hidden = !l.outcome;
    if (l.outcome) for (const part of ["head", "told", "why", "next"]) $("outcome-" + part).textContent = l.outcome[part];
  }
  function keep(file) {
    const bytes = Uint8Array.from(atob(file.data), (c) => c.charCodeAt(0));
    const link = make("a", { href: URL.createObjectURL(new Blob([bytes], { type: file.type })), download: file.name });
    document.body.append(link); link.click(); link.remove(); setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }

  // --- running
  const shut = () => !!(state.lesson && !state.lesson.prediction);
  function buttons() {
    const off = !inbox || state.done || shut();
    $("play").disabled = off; $("step").disabled = off;
    $("verdict").disabled = !!state.waiting;
    for (const b of document.querySelectorAll("[data-export]")) b.disabled = shut();
  }
  function start() { if (playing || state.done || shut()) return; playing = true; face(); next(); }
  function stop() { playing = false; clearTimeout(timer); timer = null; face(); }
  function face() { $("play").classList.toggle("playing", playing); $("play-word").textContent = word(playing ? "pause" : "play"); $("play-word").dataset.say = playing ? "page.pause" : "page.play"; }
  function next() {
    // One step is on its way at most: a slow machine plays slower, and nothing piles up.
    if (!playing || state.waiting) return;
    const speed = Number($("speed").value), gap = speed ? 1000 / speed : 0;
    timer = setTimeout(() => { timer = null; if (playing && !state.waiting) requestAnimationFrame(() => { if (playing && !state.waiting) ask({ do: "step", weeks: speed ? 1 : 4 }); }); }, Math.max(0, gap - (performance.now() - sentAt)));
  }
  const unchoose = () => $("predict").reset();
  const step = () => { stop(); if (!state.waiting && !state.done && !shut()) ask({ do: "step", weeks: 1 }); };
  $("play").addEventListener("click", () => (playing ? stop() : start()));
  $("step").addEventListener("click", step);
  $("reset").addEventListener("click", () => { stop(); unchoose(); ask({ do: "reset" }); });
  $("dismiss").addEventListener("click", () => fault(""));
  $("key").addEventListener("change", () => { stop(); moves.clear(); unchoose(); ask({ do: "open", key: $("key").value }); });
  $("customers").addEventListener("change", () => { stop(); moves.clear(); ask({ do: "open", key: state.key, customers: $("customers").value }); });
  for (const side of [0, 1]) $("design-" + side).addEventListener("change", (e) => { moves.clear(); ask({ do: "choose", side, design: e.target.value }); });
  $("language").addEventListener("change", (e) => ask({ do: "language", language: e.target.value }));
  $("projector").addEventListener("change", (e) => { document.documentElement.classList.toggle("projector", e.target.checked); ask({ do: "projector", on: e.target.checked }); });
  $("panel-members").addEventListener("change", (e) => {
    const name = e.target.value, card = e.target.closest("figure");
    card.querySelector("[data-unit]").dataset.unit = name; card.querySelector("[data-reading]").dataset.reading = name;
    ask({ do: "panel", name }); legend(); readings();
  });
  $("customer").addEventListener("change", (e) => ask({ do: "diary", customer: e.target.value }));
  $("close-diary").addEventListener("click", () => { ask({ do: "diary", customer: "" }); $("customer").focus(); });
  $("verdict").addEventListener("click", () => ask({ do: "verdict" }));
  $("predict").addEventListener("submit", (e) => { e.preventDefault(); const a = new FormData(e.target).get("answer"); if (a) ask({ do: "predict", answer: a }); });
  for (const b of document.querySelectorAll("[data-export]")) b.addEventListener("click", () => ask({ do: "export", kind: b.dataset.export }));
  document.addEventListener("keydown", (e) => {
    const at = e.composedPath()[0];
    if (e.repeat && e.key !== "ArrowRight") return;
    if (e.ctrlKey || e.metaKey || e.altKey || /^(INPUT|SELECT|TEXTAREA)$/.test(at.tagName)) return;
    if (e.key === " " && !/^(BUTTON|SUMMARY|A)$/.test(at.tagName)) { e.preventDefault(); $("play").click(); }
    else if (e.key === "ArrowRight") { e.preventDefault(); step(); }
    else if (e.key === "r" || e.key === "R") { e.preventDefault(); $("reset").click(); }
  });

  // --- the wire
  (function connect() {
    const page = window.Bokeh && Bokeh.documents && Bokeh.documents[0];
    const box = page && page.get_model_by_name("wire_out");
    if (!box) { setTimeout(connect, 30); return; }
    inbox = page.get_model_by_name("wire_in");
    box.properties.tags.change.connect(() => { if (box.tags.length) heard(JSON.parse(box.tags[0])); });
    page.on_message && page.on_event && page.on_event("connection_lost", () => fault(word("lost")));
    ask({ do: "hello" });
  })();
  window.loyalty = state;
})();
