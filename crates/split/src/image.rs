//! Images of a story: their addresses, alternative texts and captions.

use model::Image;

use crate::dom::{Dom, NodeId};

/// A story shows no more.
const MAX_IMAGES: usize = 50;
/// Nodes of a figure and bytes of a caption; each of its images has that.
const LARGEST_FIGURE: usize = 1000;
const LONGEST_CAPTION: usize = 4096;
/// Smaller ones are icons, in pixels.
const MIN_SIDE: u32 = 80;

/// The images at `nodes`, their addresses made `absolute`.
pub(crate) fn of(
    dom: &Dom,
    nodes: impl Iterator<Item = NodeId>,
    absolute: impl Fn(&str) -> Option<String>,
) -> Vec<Image> {
    let mut out: Vec<Image> = Vec::new();
    for node in nodes {
        let small = ["width", "height"].iter().any(|side| {
            dom.attribute(node, side)
                .and_then(|value| value.trim_end_matches("px").parse::<u32>().ok())
                .is_some_and(|value| value < MIN_SIDE)
        });
        // Images that load late have their address elsewhere, and a blank one in `src`.
        let address = ["data-src", "data-original", "data-lazy-src", "src"].iter().find_map(|name| {
            dom.attribute(node, name)
                .map(str::trim)
                .filter(|src| !src.is_empty() && !src.starts_with("data:"))
        });
        let address = address
            .or_else(|| dom.attribute(node, "srcset")?.split([' ', ',']).find(|part| !part.is_empty()));
        let Some(url) = address.filter(|_| !small).and_then(&absolute) else { continue };
        if out.iter().any(|image| image.url == url) {
            continue;
        }
        let alt = dom.attribute(node, "alt").map(crate::clean::line).filter(|alt| !alt.is_empty());
        out.push(Image { url, alt, caption: caption(dom, node) });
        if out.len() == MAX_IMAGES {
            break;
        }
    }
    out
}

/// The text of the `<figcaption>` of the figure around.
fn caption(dom: &Dom, node: NodeId) -> Option<String> {
    let figure = dom.ancestors(node).take(6).find(|above| dom.is(*above, "figure"))?;
    // With more in it than an image and what is said of it, it is no figure but a part of the page.
    if dom.descendants(figure).nth(LARGEST_FIGURE).is_some() {
        return None;
    }
    let caption = dom.descendants(figure).find(|inner| dom.is(*inner, "figcaption"))?;
    Some(dom.inner_text(caption)).filter(|text| !text.is_empty() && text.len() <= LONGEST_CAPTION)
}
