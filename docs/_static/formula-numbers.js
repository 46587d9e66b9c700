// The number of a formula stands beside it. Where the page is too narrow for both, it goes below,
// because in the formula's scroller it would be out of sight.
function placeNumbers() {
  for (const block of document.querySelectorAll("div.math")) {
    block.classList.remove("number-below");
    const formula = block.querySelector("mjx-container");
    if (formula && block.querySelector("mjx-labels") && formula.scrollWidth > block.clientWidth + 1) {
      block.classList.add("number-below");
    }
  }
}

window.addEventListener("load", () => {
  if (window.MathJax) {
    MathJax.startup.promise.then(() => {
      placeNumbers();
      window.addEventListener("resize", placeNumbers);
    });
  }
});
