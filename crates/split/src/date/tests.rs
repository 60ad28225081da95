//! Dates of the world.

use proptest::prelude::*;

use super::*;

fn at(text: &str, lang: &str) -> Option<String> {
    find(text, &Context { lang: Some(lang), ..Context::default() }).map(|read| read.at)
}

#[test]
fn dates_of_the_world() {
    let mut wrong = Vec::new();
    for (text, lang, expected) in [
        ("16th, September 2023 GMT", "ar", "2023-09-16"),
        ("Published: 3rd, May 2024 GMT", "de", "2024-05-03"),
        ("27/07/2015", "ar", "2015-07-27"),
        ("27 يوليو 2015", "ar", "2015-07-27"),
        ("٢٧ تموز ٢٠١٥", "ar", "2015-07-27"),
        ("26 تموز (يوليو) 2015", "ar", "2015-07-26"),
        ("12 كانون الثاني 2024", "ar", "2024-01-12"),
        ("5 جويلية 2023", "ar", "2023-07-05"),
        ("3. Mai 2024, 14:05 Uhr", "de", "2024-05-03T14:05"),
        ("2025年1月14日", "ja", "2025-01-14"),
        ("2025년 5월 15일", "ko", "2025-05-15"),
        ("입력 2025.05.15. 오후 3:20", "ko", "2025-05-15T15:20"),
        ("10 Kasım 2025", "tr", "2025-11-10"),
        ("April 25, 2023 10:04 pm", "en", "2023-04-25T22:04"),
        ("4 de março de 2024", "pt", "2024-03-04"),
        ("1er janvier 2024", "fr", "2024-01-01"),
        ("2024. május 3.", "hu", "2024-05-03"),
        ("1 мая 2024 года", "ru", "2024-05-01"),
        ("Sept. 3, 2024", "en", "2024-09-03"),
        ("3 พฤษภาคม 2567", "th", "2024-05-03"),
        ("2023-09-16T10:30:05Z", "ar", "2023-09-16T10:30:05Z"),
        ("2023-09-16T10:30:05.123+02:00", "ar", "2023-09-16T10:30:05+02:00"),
        ("2023-09-16T10:30+0300", "ar", "2023-09-16T10:30+03:00"),
        ("Sat, 16 Sep 2023 10:30:05 GMT", "en", "2023-09-16T10:30:05Z"),
        ("May 2024", "en", "2024-05"),
        ("13/07/2024", "en", "2024-07-13"),
        ("01.07.2024", "de", "2024-07-01"),
        ("18:05 | 12.03.2024", "de", "2024-03-12T18:05"),
        ("5 de octubre de 2024", "es", "2024-10-05"),
        ("3 maggio 2024 alle 14:05", "it", "2024-05-03T14:05"),
        ("vrijdag 3 mei 2024 om 14.05", "nl", "2024-05-03T14:05"),
        ("den 3. maj 2024 kl. 14.05", "da", "2024-05-03T14:05"),
        ("3. toukokuuta 2024", "fi", "2024-05-03"),
        ("3. maí 2024", "is", "2024-05-03"),
        ("3 września 2024 r.", "pl", "2024-09-03"),
        ("3 listopada 2024", "pl", "2024-11-03"),
        ("3. listopada 2024.", "hr", "2024-10-03"),
        ("3. května 2024", "cs", "2024-05-03"),
        ("3. mája 2024", "sk", "2024-05-03"),
        ("3. maja 2024.", "sr", "2024-05-03"),
        ("3. маја 2024. године", "sr", "2024-05-03"),
        ("3 май 2024 г.", "bg", "2024-05-03"),
        ("3 iunie 2024, 14:05", "ro", "2024-06-03T14:05"),
        ("2024. május 3-án", "hu", "2024-05-03"),
        ("ΠΑΡΑΣΚΕΥΗ 3 ΜΑΪΟΥ 2024", "el", "2024-05-03"),
        ("3 Mayıs 2024 Cuma, 14:05", "tr", "2024-05-03T14:05"),
        ("3 may 2024", "az", "2024-05-03"),
        ("2024 жылғы 3 мамыр", "kk", "2024-05-03"),
        ("3-may 2024", "uz", "2024-05-03"),
        ("3 травня 2024, 14:05", "uk", "2024-05-03T14:05"),
        ("3 траўня 2024", "be", "2024-05-03"),
        ("2024 m. gegužės 3 d.", "lt", "2024-05-03"),
        ("2024. gada 3. maijs", "lv", "2024-05-03"),
        ("3. mai 2024", "et", "2024-05-03"),
        ("3 მაისი, 2024", "ka", "2024-05-03"),
        ("2024 թ. մայիսի 3", "hy", "2024-05-03"),
        ("3 במאי 2024", "he", "2024-05-03"),
        ("ו', 03.05.24, 14:05", "he", "2024-05-03T14:05"),
        ("3 أيار 2024", "ar", "2024-05-03"),
        ("5 غشت 2023", "ar", "2023-08-05"),
        ("13 مايو 2024 - الساعة 5:30 م", "ar", "2024-05-13T17:30"),
        ("3 مئی 2024", "ur", "2024-05-03"),
        ("3ی ئایار 2024", "ku", "2024-05-03"),
        ("3 मई 2024, शाम 5:30 बजे", "hi", "2024-05-03T17:30"),
        ("03 May 2024 05:30 PM IST", "hi", "2024-05-03T17:30"),
        ("৩ মে ২০২৪, ১৪:০৫", "bn", "2024-05-03T14:05"),
        ("৩ জানুয়ারি ২০২৪", "bn", "2024-01-03"),
        ("3 மே 2024", "ta", "2024-05-03"),
        ("3 మే 2024", "te", "2024-05-03"),
        ("3 ಮೇ 2024", "kn", "2024-05-03"),
        ("3 മെയ് 2024", "ml", "2024-05-03"),
        ("2024 මැයි 3", "si", "2024-05-03"),
        ("3 พ.ค. 2567 14:05 น.", "th", "2024-05-03T14:05"),
        ("3 พ.ค. 67", "th", "2024-05-03"),
        ("วันที่ 3 พฤษภาคม พ.ศ. 2567", "th", "2024-05-03"),
        ("3 ພຶດສະພາ 2024", "lo", "2024-05-03"),
        ("ថ្ងៃទី ០៣ ខែឧសភា ឆ្នាំ២០២៤", "km", "2024-05-03"),
        ("၂၀၂၄ ခုနှစ် မေလ ၃ ရက်", "my", "2024-05-03"),
        ("ngày 5 tháng 10 năm 2024", "vi", "2024-10-05"),
        ("Thứ sáu, 3/5/2024, 14:05 (GMT+7)", "vi", "2024-05-03T14:05"),
        ("Jumat, 3 Mei 2024 14:05 WIB", "id", "2024-05-03T14:05+07:00"),
        ("ika-3 ng Mayo 2024", "fil", "2024-05-03"),
        ("3 Mei 2024", "sw", "2024-05-03"),
        ("14 ማርች 2024", "am", "2024-03-14"),
        ("3 Maajo 2024", "so", "2024-05-03"),
        ("3 Mayu, 2024", "ha", "2024-05-03"),
        ("2024 оны 5-р сарын 3", "mn", "2024-05-03"),
        ("2024ko maiatzaren 3a", "eu", "2024-05-03"),
        ("3 d'agost de 2024", "ca", "2024-08-03"),
        ("3 Bealtaine 2024", "ga", "2024-05-03"),
        ("3 prill 2024", "sq", "2024-04-03"),
        ("3 ta' Mejju 2024", "mt", "2024-05-03"),
        ("２０２４年５月３日(金) 14時05分", "ja", "2024-05-03T14:05"),
        ("令和6年5月3日", "ja", "2024-05-03"),
        ("令和元年5月3日", "ja", "2019-05-03"),
        ("2024/05/03 月曜日", "ja", "2024-05-03"),
        ("二〇二四年五月三日", "zh", "2024-05-03"),
        ("民國113年5月3日", "zh", "2024-05-03"),
        ("2024年5月3日 下午3:20", "zh", "2024-05-03T15:20"),
        ("五月 3, 2024", "zh", "2024-05-03"),
        ("2024년 5월 3일 오후 3시 20분", "ko", "2024-05-03T15:20"),
        ("03.05.24, 14:05", "de", "2024-05-03T14:05"),
        ("Friday, 03-May-24 14:05:00 GMT", "en", "2024-05-03T14:05:00Z"),
        ("Fri May 03 14:05:00 UTC 2024", "en", "2024-05-03T14:05:00Z"),
        ("Fri May 03 14:05:00 PHT 2024", "en", "2024-05-03T14:05:00"),
        ("14:05, 3 May 2024", "en", "2024-05-03T14:05"),
        ("2024-05-03T10:00-04:00", "en", "2024-05-03T10:00-04:00"),
        ("2024-05-03 14:00:00.000 +0000 UTC", "en", "2024-05-03T14:00:00+00:00"),
        ("2024-5-3", "en", "2024-05-03"),
        ("2024-05-03T14:00:00+0530", "en", "2024-05-03T14:00:00+05:30"),
        ("20240503T140500Z", "en", "2024-05-03T14:05:00Z"),
    ] {
        let read = at(text, lang);
        if read.as_deref() != Some(expected) {
            wrong.push((text, read, expected));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn what_is_no_date_or_undecidable_stays_unknown() {
    for text in
        ["01/07/2024", "in 2024 alone", "1,234 5.6.7", "35 May 2024", "31 February 2024", "", "1445-03-01"]
    {
        assert_eq!(at(text, "en"), None, "{text}");
    }
}

#[test]
fn machines_write_numbers() {
    let read = |text| machine(text, &Context::default()).map(|read| read.at);
    assert_eq!(read("20240503").as_deref(), Some("2024-05-03"));
    assert_eq!(read("1714730400").as_deref(), Some("2024-05-03T10:00:00Z"));
    assert_eq!(read("2024-05-03T14:00:00+02").as_deref(), Some("2024-05-03T14:00:00+02:00"));
    let german = Context { lang: Some("de"), ..Context::default() };
    assert_eq!(machine("11/01/2023 12:43:42", &german), None);
    assert_eq!(
        machine("11/23/2023 12:43:42", &german).map(|read| read.at).as_deref(),
        Some("2023-11-23T12:43:42")
    );
    assert_eq!(read("20240503140500").as_deref(), Some("2024-05-03T14:05:00"));
    assert_eq!(read("1714730400000").as_deref(), Some("2024-05-03T10:00:00Z"));
}

#[test]
fn other_calendars_are_converted() {
    for (text, lang, expected) in [
        ("٥ ذو القعدة ١٤٤٥ هـ", "ar", "2024-05-13"),
        ("5 Dhul Qa'dah 1445 AH", "en", "2024-05-13"),
        ("5 Dhu al-Qi’dah 1445", "en", "2024-05-13"),
        ("12 رمضان 1445", "ar", "2024-03-22"),
        ("١٢ رمضان المبارك ١٤٤٥ هـ", "ar", "2024-03-22"),
        ("05/11/1445هـ", "ar", "2024-05-13"),
        ("۱۰ محرم الحرام ۱۴۴۶", "ur", "2024-07-16"),
        ("٥ ذو القعدة ١٤٤٥ هـ - ١٤ مايو ٢٠٢٤ م", "ar", "2024-05-14"),
        ("14 May 2024 | 5 Dhul Qadah 1445", "en", "2024-05-14"),
        ("۲۴ اردیبهشت ۱۴۰۳", "fa", "2024-05-13"),
        ("سه‌شنبه ۲۵ اردیبهشت ۱۴۰۳ - ۱۰:۳۰", "fa", "2024-05-14T10:30"),
        ("1403/02/24", "fa", "2024-05-13"),
        ("۱۴:۰۵ - ۱۴۰۳/۰۲/۲۴", "fa", "2024-05-13T14:05"),
        ("۲۴ ثور ۱۴۰۳", "fa", "2024-05-13"),
        ("۲۴ غویی ۱۴۰۳", "ps", "2024-05-13"),
        ("ሚያዝያ 25 ቀን 2016 ዓ.ም", "am", "2024-05-03"),
    ] {
        assert_eq!(at(text, lang).as_deref(), Some(expected), "{text}");
    }
}

#[test]
fn region_or_page_orders_day_and_month() {
    let read = |region, day_first| {
        let context = Context { lang: Some("en"), region, day_first, fetched_at: None };
        find("01/07/2024", &context).map(|read| read.at)
    };
    assert_eq!(read(region("en-GB"), None).as_deref(), Some("2024-07-01"));
    assert_eq!(read(region("en_us"), None).as_deref(), Some("2024-01-07"));
    assert_eq!(read(region("en-CA"), None), None);
    assert_eq!(read(region("en"), None), None);
    assert_eq!(read(None, Some(false)).as_deref(), Some("2024-01-07"));
    assert_eq!(at("01/07/2024", "ja"), None);
    assert_eq!(at("01/07/2024", "fr").as_deref(), Some("2024-07-01"));
}

#[test]
fn short_years_and_none() {
    let fetched_at = "2024-05-03T12:00:00Z".parse().ok();
    let read = |text, lang| {
        let read = find(text, &Context { lang: Some(lang), fetched_at, ..Context::default() })?;
        Some((read.at, read.relative))
    };
    let known = |at: &str, relative| Some((at.to_owned(), relative));
    assert_eq!(read("02.05.24", "de"), known("2024-05-02", false));
    // It is yet to come, or no date.
    assert_eq!(read("05.06.24", "de"), None);
    assert_eq!(read("03/05/24", "en"), None);
    assert_eq!(read("3 мая, 14:20", "ru"), known("2024-05-03", true));
    assert_eq!(read("May 2", "en"), known("2024-05-02", true));
    assert_eq!(read("Thursday, May 2", "en"), known("2024-05-02", true));
    assert_eq!(read("30 Dezember", "de"), known("2023-12-30", true));
    assert_eq!(read("5月3日", "ja"), known("2024-05-03", true));
    assert_eq!(read("۱۴ اردیبهشت", "fa"), known("2024-05-03", true));
    assert_eq!(read("Top 5 May stories", "en"), None);
    assert_eq!(at("3 мая, 14:20", "ru"), None);
}

proptest! {
    /// Whatever a page writes, reading it ends and gives what can be read again.
    #[test]
    fn any_text_is_read_or_not(
        text in "(\\PC|[0-9]{1,4}|[-/.: ]|May|مايو|月|年|日| ago|yesterday|令和|T|GMT|vor| Min| weeks){0,24}",
        lang in proptest::option::of("en|de|fa|ar|th|zh|ja|vi|ne|xx"),
        fetched in proptest::option::of(-377_705_116_800_i64..253_402_207_200),
    ) {
        let fetched_at = fetched.and_then(|seconds| Timestamp::from_second(seconds).ok());
        let context = Context { lang: lang.as_deref(), fetched_at, ..Context::default() };
        for read in [find(&text, &context), machine(&text, &context)].into_iter().flatten() {
            // Pages are not fetched before our era.
            if fetched.is_some_and(|seconds| seconds < 0) {
                continue;
            }
            let day = if read.precision >= Precision::Day { 10 } else { read.at.len() };
            prop_assert!(read.at.len() >= 4 && (day < 10 || read.at[..10].parse::<Date>().is_ok()), "{read:?}");
        }
    }
}
