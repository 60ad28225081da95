//! What selectors are made of here, and how they are read. The grammar is that of CSS, by the crate
//! `selectors`; what depends on a browser (`:hover`, `::before`) is refused.

use std::borrow::Borrow;
use std::fmt;

use cssparser::{BasicParseErrorKind, ParseError, ParseErrorKind, ToCss};
use html5ever::{LocalName, Namespace};
use precomputed_hash::PrecomputedHash;
use selectors::matching::{MatchingContext, matches_selector_list};
use selectors::parser::{
    NonTSPseudoClass, ParseRelative, PseudoElement, SelectorImpl, SelectorList, SelectorParseErrorKind,
};

use super::element::Element;

/// The longest text of a selector or list of selectors, in bytes.
const MAX_BYTES: usize = 1_000;

/// How deep brackets may nest in a selector: each level takes stack.
const MAX_NESTING: u8 = 8;

/// Selectors of which one must match.
#[derive(Debug, Default)]
pub(super) struct Selectors(Vec<SelectorList<Css>>);

impl Selectors {
    /// Adds a selector, or a list of them parted by commas; how many they are.
    pub(super) fn add(&mut self, text: &str) -> Result<usize, String> {
        if text.len() > MAX_BYTES {
            return Err(format!("it has {} bytes, and at most {MAX_BYTES} are allowed", text.len()));
        }
        let mut input = cssparser::Parser::new(text);
        input.set_nested_block_limit(MAX_NESTING);
        let list = SelectorList::parse(&Reader, &mut input, ParseRelative::No).map_err(reason)?;
        let count = list.len();
        self.0.push(list);
        Ok(count)
    }

    /// Whether one of them matches `element`.
    pub(super) fn match_one(&self, element: Element<'_>, context: &mut MatchingContext<'_, Css>) -> bool {
        self.0.iter().any(|list| matches_selector_list(list, element, context))
    }
}

/// The kinds of names that selectors hold.
#[derive(Debug, Clone)]
pub(super) struct Css;

impl SelectorImpl for Css {
    type ExtraMatchingData<'a> = ();
    type AttrValue = Name;
    type Identifier = Name;
    type LocalName = Name;
    type NamespaceUrl = Namespace;
    type NamespacePrefix = Name;
    type BorrowedNamespaceUrl = Namespace;
    type BorrowedLocalName = LocalName;
    type NonTSPseudoClass = Never;
    type PseudoElement = Never;
}

/// A name or value in a selector.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Name(LocalName);

impl From<&str> for Name {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl AsRef<str> for Name {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl Borrow<LocalName> for Name {
    fn borrow(&self) -> &LocalName {
        &self.0
    }
}

impl PrecomputedHash for Name {
    fn precomputed_hash(&self) -> u32 {
        self.0.precomputed_hash()
    }
}

impl ToCss for Name {
    fn to_css<W: fmt::Write>(&self, out: &mut W) -> fmt::Result {
        cssparser::serialize_identifier(&self.0, out)
    }
}

/// What depends on a browser; there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Never {}

impl ToCss for Never {
    fn to_css<W: fmt::Write>(&self, _: &mut W) -> fmt::Result {
        match *self {}
    }
}

impl NonTSPseudoClass for Never {
    fn is_active_or_hover(&self) -> bool {
        match *self {}
    }

    fn is_user_action_state(&self) -> bool {
        match *self {}
    }
}

impl PseudoElement for Never {}

struct Reader;

impl<'i> selectors::parser::Parser<'i> for Reader {
    type Impl = Css;
    type Error = Refused;

    fn parse_nth_child_of(&self) -> bool {
        true
    }

    fn parse_is_and_where(&self) -> bool {
        true
    }

    fn parse_has(&self) -> bool {
        true
    }

    /// A mistake inside `:is()` is a mistake.
    fn allow_forgiving_selectors(&self) -> bool {
        false
    }

    fn parse_non_ts_pseudo_class(&self, name: &str) -> Result<Never, ParseError<Refused>> {
        Err(ParseError::custom(Refused::Pseudo(format!(":{name}"))))
    }

    fn parse_non_ts_functional_pseudo_class(
        &self,
        name: &str,
        _: &mut cssparser::Parser<'i>,
        _: bool,
    ) -> Result<Never, ParseError<Refused>> {
        Err(ParseError::custom(Refused::Pseudo(format!(":{name}()"))))
    }

    fn parse_pseudo_element(&self, name: &str) -> Result<Never, ParseError<Refused>> {
        Err(ParseError::custom(Refused::Pseudo(format!("::{name}"))))
    }

    fn parse_functional_pseudo_element(
        &self,
        name: &str,
        _: &mut cssparser::Parser<'i>,
    ) -> Result<Never, ParseError<Refused>> {
        Err(ParseError::custom(Refused::Pseudo(format!("::{name}()"))))
    }
}

/// Why a selector is refused.
#[derive(Debug)]
enum Refused {
    Pseudo(String),
    Grammar(SelectorParseErrorKind),
}

impl From<SelectorParseErrorKind> for Refused {
    fn from(kind: SelectorParseErrorKind) -> Self {
        Self::Grammar(kind)
    }
}

/// The reason in plain words.
fn reason(error: ParseError<Refused>) -> String {
    use SelectorParseErrorKind as Kind;
    let words = match error.kind {
        ParseErrorKind::Custom(Refused::Pseudo(name)) => {
            return format!(
                "`{name}` is not known here: :first-child, :nth-child(), :not(), :is(), :has() and their like are"
            );
        }
        ParseErrorKind::Custom(Refused::Grammar(kind)) => match kind {
            Kind::EmptySelector => {
                "a selector is missing: at a comma, in brackets, before a `>`, or altogether"
            }
            Kind::DanglingCombinator => "what stands behind a space, `>`, `+` or `~` is no selector",
            Kind::ClassNeedsIdent => "a dot is not followed by the name of a class",
            Kind::ExpectedNamespace => "it names a namespace, of which there are none here",
            Kind::InvalidState | Kind::NonCompoundSelector => {
                "a part of it stands where none of its kind is allowed"
            }
            Kind::NoQualifiedNameInAttributeSelector
            | Kind::UnexpectedTokenInAttributeSelector
            | Kind::ExpectedBarInAttr
            | Kind::BadValueInAttr
            | Kind::InvalidQualNameInAttr => {
                "what stands in square brackets is no attribute, as in [data-kind=\"story\"]"
            }
            Kind::PseudoElementExpectedColon
            | Kind::PseudoElementExpectedIdent
            | Kind::NoIdentForPseudo
            | Kind::UnsupportedPseudoClassOrElement => "a colon is not followed by a name that is known here",
            _ => "it holds a sign where none of its kind is allowed",
        },
        ParseErrorKind::Basic(BasicParseErrorKind::EndOfInput) => "something is missing at its end",
        ParseErrorKind::Basic(BasicParseErrorKind::TooManyNestedBlocks) => {
            return format!("its brackets are nested more than {MAX_NESTING} deep");
        }
        ParseErrorKind::Basic(_) => "it holds a sign where none of its kind is allowed",
    };
    words.to_owned()
}
