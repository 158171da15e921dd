// Dragging over the leaflet ticks the sentences touched; without this script the boxes do the same.
(function () {
  var leaflet = document.getElementById("leaflet");
  if (!leaflet) return;
  leaflet.addEventListener("mouseup", function () {
    var selection = window.getSelection();
    if (!selection || selection.isCollapsed) return;
    leaflet.querySelectorAll(".sentence").forEach(function (sentence) {
      sentence.querySelector("input").checked = selection.containsNode(sentence.querySelector("label"), true);
    });
    selection.removeAllRanges();
  });
  leaflet.addEventListener("click", function (event) {
    var selection = window.getSelection();
    if (selection && !selection.isCollapsed && event.target.tagName === "LABEL") event.preventDefault();
  });
  var first = leaflet.querySelector("input:checked");
  if (first) leaflet.scrollTop = first.parentNode.offsetTop - leaflet.offsetTop - 40;
})();
