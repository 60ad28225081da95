//! The calendars that news is dated in.

use std::ops::RangeInclusive;

use icu_calendar::cal::{EthiopianEraStyle, Gregorian, Hijri};
use jiff::civil::Date;

/// A calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Calendar {
    Gregorian,
    /// The Islamic one, as Umm al-Qura reckons it: the official calendar of Saudi Arabia, where
    /// dates are written in it alone. Where months begin by sight of the moon, as in Morocco or
    /// Pakistan, a day may be off by one; papers there write the Gregorian date beside it.
    Hijri,
    /// The Solar Hijri one of Iran and Afghanistan, which is exact.
    Jalali,
    Ethiopian,
}

impl Calendar {
    /// The day that this calendar calls `year`, `month` and `day`.
    pub(super) fn date(self, year: i32, month: i32, day: i32) -> Option<Date> {
        if !self.years().contains(&year) {
            return None;
        }
        let (month, day) = (u8::try_from(month).ok()?, u8::try_from(day).ok()?);
        let gregorian = match self {
            Self::Gregorian => icu_calendar::Date::try_new_gregorian(year, month, day).ok()?,
            Self::Hijri => {
                let calendar = Hijri::new_umm_al_qura();
                let date =
                    icu_calendar::Date::try_new_hijri_with_calendar(year, month, day, calendar).ok()?;
                date.to_calendar(Gregorian)
            }
            Self::Jalali => {
                icu_calendar::Date::try_new_persian(year, month, day).ok()?.to_calendar(Gregorian)
            }
            Self::Ethiopian => {
                let era = EthiopianEraStyle::AmeteMihret;
                icu_calendar::Date::try_new_ethiopian(era, year, month, day).ok()?.to_calendar(Gregorian)
            }
        };
        let year = i16::try_from(gregorian.era_year().year).ok()?;
        let month = i8::try_from(gregorian.month().ordinal).ok()?;
        Date::new(year, month, i8::try_from(gregorian.day_of_month().0).ok()?).ok()
    }

    /// The years that news may be dated in.
    pub(super) fn years(self) -> RangeInclusive<i32> {
        match self {
            Self::Gregorian | Self::Ethiopian => 1900..=2100,
            Self::Hijri | Self::Jalali => 1300..=1500,
        }
    }

    /// The last time at or before `now` that `month` and `day` came round. Tomorrow is allowed: it is
    /// that already east of Greenwich.
    pub(super) fn last(self, month: i32, day: i32, now: Date) -> Option<Date> {
        let year = i32::from(now.year());
        // The year that begins in or about the Gregorian one.
        let near = match self {
            Self::Gregorian => year,
            Self::Hijri => (year - 622) * 33 / 32 + 1,
            Self::Jalali => year - 621,
            Self::Ethiopian => year - 7,
        };
        let latest = now.tomorrow().ok()?;
        let years = (near - 2..=near + 1).rev();
        let date = years.filter_map(|year| self.date(year, month, day)).find(|date| *date <= latest)?;
        let age = now.duration_since(date).as_hours() / 24;
        (age <= 366).then_some(date)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_published_tables() {
        for (calendar, day, expected) in [
            (Calendar::Hijri, (1445, 11, 5), "2024-05-13"),
            (Calendar::Hijri, (1445, 9, 12), "2024-03-22"),
            (Calendar::Hijri, (1446, 1, 1), "2024-07-07"),
            (Calendar::Hijri, (1444, 9, 1), "2023-03-23"),
            (Calendar::Jalali, (1403, 2, 24), "2024-05-13"),
            (Calendar::Jalali, (1403, 12, 30), "2025-03-20"),
            (Calendar::Jalali, (1399, 12, 30), "2021-03-20"),
            (Calendar::Ethiopian, (2016, 8, 25), "2024-05-03"),
            (Calendar::Ethiopian, (2015, 13, 6), "2023-09-11"),
        ] {
            let (year, month, day) = day;
            let date = calendar.date(year, month, day).map(|date| date.to_string());
            assert_eq!(date.as_deref(), Some(expected), "{calendar:?} {year}-{month}-{day}");
        }
        assert_eq!(Calendar::Jalali.date(1402, 12, 30), None);
        assert_eq!(Calendar::Hijri.date(1445, 13, 1), None);
    }

    #[test]
    fn a_day_without_a_year_is_the_last_such() {
        let now = Date::new(2024, 5, 3).unwrap();
        let last =
            |calendar: Calendar, month, day| calendar.last(month, day, now).map(|date| date.to_string());
        assert_eq!(last(Calendar::Gregorian, 5, 4).as_deref(), Some("2024-05-04"));
        assert_eq!(last(Calendar::Gregorian, 5, 5).as_deref(), Some("2023-05-05"));
        assert_eq!(last(Calendar::Gregorian, 12, 30).as_deref(), Some("2023-12-30"));
        assert_eq!(last(Calendar::Jalali, 2, 14).as_deref(), Some("2024-05-03"));
        assert_eq!(last(Calendar::Jalali, 12, 29).as_deref(), Some("2024-03-19"));
        assert_eq!(last(Calendar::Hijri, 9, 12).as_deref(), Some("2024-03-22"));
        assert_eq!(last(Calendar::Gregorian, 2, 29).as_deref(), Some("2024-02-29"));
    }
}
