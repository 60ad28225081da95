use model::EntryText;
use serde::Serialize;

/// A feed document, read.
///
/// Serialises to what `khabar feed` prints: what is unknown is null.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Document {
    /// The feed's title, as plain text.
    pub title: Option<String>,
    /// The site that the feed belongs to.
    pub link: Option<String>,
    /// The feed's language, as it declares it; that of RSS in lower case.
    pub language: Option<String>,
    /// The items, in the document's order.
    pub entries: Vec<Item>,
    /// How many items were left out because the document has more than the limit.
    pub left_out: usize,
    /// Whether the document was broken, or not what the reader expects, and was mended.
    pub repaired: bool,
    /// Where the feed says it lives (`rel="self"`).
    pub self_url: Option<String>,
    /// The feed's new address, where it announces one (`itunes:new-feed-url`).
    pub moved_to: Option<String>,
    /// WebSub hubs (`rel="hub"`).
    pub hubs: Vec<String>,
    /// What the feed says about when to poll it.
    pub hints: Hints,
}

/// What a feed says about when to poll it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Hints {
    /// RSS `ttl`: for how many minutes the document may be kept.
    pub ttl_minutes: Option<u32>,
    /// `sy:updatePeriod` divided by `sy:updateFrequency`, in seconds.
    pub update_seconds: Option<u64>,
    /// RSS `skipHours`: the hours of the day, in UTC, in which nothing comes; sorted, 0 to 23.
    pub skip_hours: Vec<u8>,
    /// RSS `skipDays`: the days of the week on which nothing comes; sorted, 1 (Monday) to 7.
    pub skip_days: Vec<u8>,
}

/// One item of a feed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Item {
    /// The feed's own id of the item; where it gives none, the link, else a hash of title and date.
    pub id: String,
    /// The address of the page, absolute and `http` or `https`.
    pub link: Option<String>,
    /// What the feed says of the item.
    #[serde(flatten)]
    pub text: EntryText,
}

impl Item {
    /// Gives the item an id of its content where the feed gave it none.
    pub(crate) fn settle_id(&mut self) {
        if !self.id.is_empty() {
            return;
        }
        self.id = match &self.link {
            Some(link) => link.clone(),
            None => {
                let title = self.text.title.as_deref().unwrap_or_default();
                let date = self.text.published_at.or(self.text.updated_at);
                let date = date.map(|at| at.to_string()).unwrap_or_default();
                // Without even title and date, the text is all that is left to know it by.
                let body = match (title, date.as_str()) {
                    ("", "") => self.text.content.as_deref().or(self.text.summary.as_deref()),
                    _ => None,
                };
                model::Id::of("item", &[title, &date, body.unwrap_or_default()]).to_string()
            }
        };
    }

    /// Whether nothing at all is known of the item.
    pub(crate) fn is_blank(&self) -> bool {
        let text = &self.text;
        self.link.is_none() && text.title.is_none() && text.summary.is_none() && text.content.is_none()
    }
}
