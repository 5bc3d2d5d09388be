/* What the tests ask a page for: lists of faults in words, empty where all is well, and where the keyboard is. */
(() => {
  const named = (e) => `${e.tagName.toLowerCase()}${e.id ? "#" + e.id : ""}.${e.className.baseVal ?? e.className}`;
  const about = (e) => `${named(e)}: ${e.textContent.trim().replace(/\s+/g, " ").slice(0, 60)}`;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const seen = (e) => e.getClientRects().length > 0;
  const scrolls = (e) => ["auto", "scroll"].includes(getComputedStyle(e).overflowX);

  const sideways = () => {
    const root = document.documentElement, found = [];
    if (root.scrollWidth > root.clientWidth) {
      const wide = all("body *").filter((e) => e.getBoundingClientRect().right > root.clientWidth + 1);
      found.push(`${root.scrollWidth} px wide`, ...wide.slice(0, 5).map(about));
    }
    // A page that cuts what is too wide would pass unseen.
    for (const e of [root, document.body]) if (getComputedStyle(e).overflowX !== "visible") found.push(named(e));
    return found;
  };

  // Boxes that words must not leave; in a table that scrolls within itself, the cells.
  const BOXES = "td, th, .kpi, .chip, .callout, .action, .finding, .findings li, .letter, .toc a, .cover, .pairs div, .mini, "
    + "figcaption, caption, .fig-title, summary, main, footer";
  const cut = () => {
    const found = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), range = document.createRange();
    for (let node = walk.nextNode(); node; node = walk.nextNode()) {
      const box = node.parentElement.closest(BOXES);
      if (!box || !node.data.trim() || node.parentElement.closest(".hidden, pre, svg, style")) continue;
      const { left, right } = box.getBoundingClientRect();
      range.selectNodeContents(node);
      for (const word of range.getClientRects())
        if (word.left < left - 1 || word.right > right + 1) { found.push(`out of its box, ${about(node.parentElement)}`); break; }
    }
    for (const e of all("body *:not(.hidden, svg, svg *, .toc)")) {
      const { overflowX, overflowY } = getComputedStyle(e);
      const across = ["hidden", "clip"].includes(overflowX) && e.scrollWidth > e.clientWidth + 1;
      const down = ["hidden", "clip"].includes(overflowY) && e.scrollHeight > e.clientHeight + 1;
      if (seen(e) && (across || down)) found.push(`cut, ${about(e)}`);
    }
    return found;
  };

  /* Tables that must be scrolled to be read. */
  const scrolling = () => all(".scroll").filter((e) => e.checkVisibility() && e.scrollWidth > e.clientWidth + 1).map((e) => about(e.querySelector("caption")));

  /* Tables laid out as cards that would have fitted, with so much room to spare and no cell of more than three lines. */
  const SPARE = 24, TALLEST = 90;
  const needless = () => all("table[class*=cards]").filter((e) => seen(e) && getComputedStyle(e).display === "block").filter((e) => {
    const box = e.parentElement, { paddingLeft, paddingRight } = getComputedStyle(box), kept = e.className;
    e.className = kept.replace(/cards\d/, "");
    e.style.width = "min-content";
    e.caption.hidden = true;
    const fits = e.offsetWidth <= box.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight) - SPARE;
    e.style.width = "";
    const isFlat = all("tbody tr", e).every((row) => row.offsetHeight <= TALLEST);
    e.className = kept;
    e.caption.hidden = false;
    return fits && isFlat;
  }).map((e) => about(e.caption));

  /* Words of heads and labels that go on in the next line without a hyphen; names of files and keys may. */
  const WORD = /(?<=^|[\s("“«])\p{L}{2,}(?=$|[\s,;:?!)"”»])/gu;
  const broken = () => {
    const found = [], range = document.createRange();
    for (const e of all("th, .chip, h2, h3, summary, dt").filter(seen)) {
      const walk = document.createTreeWalker(e, NodeFilter.SHOW_TEXT);
      for (let node = walk.nextNode(); node; node = walk.nextNode())
        for (const { 0: word, index } of node.data.matchAll(WORD)) {
          range.setStart(node, index);
          range.setEnd(node, index + word.length);
          if (new Set([...range.getClientRects()].map((r) => r.top)).size > 1) found.push(`${word} in ${about(e)}`);
        }
    }
    return found;
  };

  /* Heads that do not end where the figures under them end, whose intervals stand beside them. */
  const awry = () => all("thead .pair").filter((e) => seen(e) && getComputedStyle(e).display === "flex").filter((e) => {
    const cell = e.closest("table").tBodies[0].rows[0].cells[e.closest("th").cellIndex], range = document.createRange();
    range.selectNodeContents(cell.firstChild);
    range.setEnd(cell.firstChild, cell.firstChild.data.trimEnd().length);
    return cell.children.length && Math.abs(e.firstChild.getBoundingClientRect().right - range.getBoundingClientRect().right) > 1.5;
  }).map(about);

  const charts = () => {
    const found = [];
    for (const chart of all("svg.chart").filter(seen)) {
      const box = chart.getBoundingClientRect(), where = chart.closest("figure").id;
      const words = all("text", chart).filter((e) => e.textContent.trim()).map((e) => [e.textContent, e.getBoundingClientRect()]);
      for (const [text, r] of words)
        if (r.left < box.left - 1 || r.right > box.right + 1 || r.top < box.top - 1 || r.bottom > box.bottom + 1)
          found.push(`${where}: "${text}" leaves the picture`);
      words.forEach(([text, a], k) => words.slice(k + 1).forEach(([other, b]) => {
        const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (across > 2 && down > 5) found.push(`${where}: "${text}" lies over "${other}"`);
      }));
    }
    return found;
  };

  const structure = () => {
    const found = [], ids = all("[id]").map((e) => e.id);
    found.push(...ids.filter((id, k) => ids.indexOf(id) !== k).map((id) => `id ${id} twice`));
    for (const a of all("[href^='#']")) if (!document.getElementById(a.getAttribute("href").slice(1))) found.push(`${about(a)} leads nowhere`);
    for (const e of all("[aria-labelledby], [aria-describedby]"))
      for (const id of `${e.getAttribute("aria-labelledby") ?? ""} ${e.getAttribute("aria-describedby") ?? ""}`.trim().split(/\s+/))
        if (!document.getElementById(id)) found.push(`${named(e)} is named by ${id}, which is not there`);
    for (const e of all('img, [role="img"]'))
      if (!(e.getAttribute("alt") || e.getAttribute("aria-label"))?.trim()) found.push(`${named(e)} has no name`);
    for (const e of all("svg")) if (!e.closest('[role="img"], [aria-hidden="true"]')) found.push(`${named(e)} is neither named nor hidden`);
    let before = 0;
    for (const h of all("h1, h2, h3, h4, h5, h6")) {
      if (+h.tagName[1] > before + 1) found.push(`${about(h)} follows level ${before}`);
      before = +h.tagName[1];
    }
    if (all("h1").length !== 1) found.push(`${all("h1").length} first headings`);
    for (const t of all("table")) if (!t.caption?.textContent.trim()) found.push(`${named(t)} has no caption`);
    for (const t of all("th:not([scope])")) found.push(`${about(t)} is a head of nothing`);
    if (all("script, iframe, object, embed, form, link, base").length) found.push("an element that runs or loads");
    return found;
  };

  /* Rows and cells of code that are like the ones before them, of which axe would learn nothing new. */
  const shorten = () => all("tbody tr:nth-child(n + 5), details.code pre:nth-of-type(n + 2)").forEach((e) => e.remove());

  /* Where the keyboard is: what a link in focus leads to, and whether it is to be seen. */
  const drawn = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const focused = async () => {
    await drawn();
    const link = document.activeElement, { left, top, width, height } = link.getBoundingClientRect();
    const over = document.elementFromPoint(left + width / 2, top + height / 2);
    return { href: link.getAttribute("href"), is_seen: link.contains(over) };
  };

  /* Where a link has led to: whether its target begins below what sticks to the top. */
  const arrived = async () => {
    await drawn();
    const toc = document.querySelector(".toc").getBoundingClientRect();
    const { top } = document.querySelector(":target").getBoundingClientRect();
    const covered = toc.width > innerWidth / 2 ? toc.bottom : 0;
    return { hash: location.hash, is_seen: top >= covered && top < innerHeight, is_kept: Math.abs(toc.top) < 1 };
  };

  window.looks = { sideways, cut, scrolling, needless, broken, awry, charts, structure, shorten, focused, arrived };
})();
