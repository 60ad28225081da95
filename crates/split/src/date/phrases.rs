//! The words of relative times, by language.
//!
//! A row is a language, a colon, and parted by `|`, each in all its forms parted by commas: the
//! words for "ago" and "just now"; for second, minute, hour, day, week, month and year as they
//! stand beside "ago"; for today, yesterday and the day before. The core is from Unicode CLDR 48;
//! spaces, marks and accents within a phrase do not matter.

/// One row for each language.
#[rustfmt::skip]
pub(super) const ROWS: &[&str] = &[
    "en: ago | just now, now, moments ago | second, seconds, sec | minute, minutes, min, m, mins | hour, \
     hours, hr, h, hrs | day, days, d | week, weeks, wk, w, wks | month, months, mo, mos | year, years, yr, \
     y, yrs | today | yesterday | ",
    "de: vor | gerade eben, soeben, jetzt | sekunde, sekunden, sek | minute, minuten, min | stunde, stunden, \
     std, stdn | tag, tagen, tage | woche, wochen, wo | monat, monaten, mon | jahr, jahren, jahre | heute | \
     gestern | vorgestern",
    "fr: il y a | à l'instant, il y a un instant, il y a quelques instants | seconde, secondes | minute, \
     minutes, min, mn | heure, heures, h | jour, jours, j | semaine, semaines, sem | mois | an, ans | \
     aujourd'hui | hier | avant-hier",
    "es: hace | ahora, ahora mismo, hace un momento, hace instantes | segundo, segundos | minuto, minutos, \
     min | hora, horas, h | día, días, d | semana, semanas, sem | mes, meses | año, años | hoy | ayer | \
     anteayer, antes de ayer, antier",
    "pt: há, atrás | agora, agora mesmo, há instantes, agora há pouco | segundo, segundos, seg | minuto, \
     minutos, min | hora, horas | dia, dias | semana, semanas, sem | mês, meses | ano, anos | hoje | ontem | \
     anteontem, antes de ontem",
    "it: fa | adesso, proprio ora, poco fa | secondo, secondi, sec | minuto, minuti, min | ora, ore, h | \
     giorno, giorni, gg | settimana, settimane, sett | mese, mesi | anno, anni | oggi | ieri | l'altro ieri",
    "nl: geleden | zojuist, net, nu | seconde, seconden, sec | minuut, minuten, min | uur, u | dag, dagen, \
     dgn | week, weken | maand, maanden | jaar | vandaag | gisteren | eergisteren",
    "sv: sedan, sen | just nu, nyss | sekund, sekunder | minut, minuter, min | timme, timmar, tim | dag, \
     dagar | vecka, veckor | månad, månader, mån | år | i dag | i går | i förrgår",
    "no: siden | akkurat nå, nå nettopp, nettopp | sekund, sekunder, sek | minutt, minutter, min | time, \
     timer, t | døgn, dag, dager | uke, uker | måned, måneder, md | år | i dag | i går, i gaar | i forgårs",
    "da: siden | lige nu, netop nu | sekund, sekunder, sek | minut, minutter, min | time, timer, t | dag, \
     dage | uge, uger | måned, måneder, md, mdr | år | i dag, dags dato | i går | i forgårs",
    "fi: sitten | juuri nyt, hetki sitten, äsken | sekunti, sekuntia | minuutti, minuuttia, min | tunti, \
     tuntia, t | päivä, päivää, pv | viikko, viikkoa, vk | kuukausi, kuukautta, kk | vuosi, vuotta | tänään | \
     eilen | toissa päivänä",
    "is: fyrir, síðan | rétt í þessu | sekúndu, sekúndum, sek | mínútu, mínútum, mín | klukkustund, \
     klukkustundum, klst | degi, dögum | viku, vikum | mánuði, mánuðum, mán | ári, árum | í dag | í gær | í \
     fyrradag",
    "pl: temu | przed chwilą, teraz | sekundę, sekundy, sekund, sek | minutę, minuty, minut, min | godzinę, \
     godziny, godzin, godz, h | dzień, dni | tydzień, tygodnie, tygodni, tydz, tyg | miesiąc, miesiące, \
     miesięcy, mies | rok, lata, lat | dzisiaj, dziś | wczoraj | przedwczoraj",
    "cs: před | právě teď, před chvílí | sekundou, sekundami | minutou, minutami, min | hodinou, hodinami | \
     dnem, dny | týdnem, týdny, týd | měsícem, měsíci, měs | rokem, lety | dnes | včera | předevčírem",
    "sk: pred | práve teraz, pred chvíľou | sekundou, sekundami | minútou, minútami, min | hodinou, hodinami \
     | dňom, dňami | týždňom, týždňami, týž | mesiacom, mesiacmi, mes | rokom, rokmi | dnes | včera | \
     predvčerom",
    "sl: pred |  | sekundo, sekundama, sekundami | minuto, minutama, minutami, min | uro, urama, urami | \
     dnevom, dnevoma, dnevi | tednom, tednoma, tedni, ted | mesecem, mesecema, meseci, mes | letom, letoma, \
     leti | danes | včeraj | predvčerajšnjim",
    "hr: prije | upravo sada, maloprije | sekundu, sekunde, sekundi | minutu, minute, minuta, min | sat, \
     sata, sati | dan, dana | tjedan, tjedna, tjedana, tj | mjesec, mjeseca, mjeseci, mj | godinu, godine, \
     godina | danas | jučer, juče | prekjučer",
    "bs: prije |  | sekundu, sekunde, sekundi, sek | minutu, minute, minuta, min | sat, sata, sati | dan, \
     dana | sedmicu, sedmice, sedmica, sedm | mjesec, mjeseca, mjeseci, mj | godinu, godine, godina, god | \
     danas | jučer | prekjučer",
    "sr: пре, pre, prije, прије | управо сада, малопре, upravo sada, malopre | секунде, секунди, сек, \
     sekunde, sekundi, sek | минута, мин, minuta, min, минут, минуте | сата, сати, sata, sati, сат | дана, \
     dana | недеље, недеља, нед, nedelje, nedelja, ned | месеца, месеци, мес, meseca, meseci, mes | године, \
     година, год, godine, godina, god | данас, danas | јуче, juče, jučer | прекјуче, prekjuče",
    "mk: пред |  | секунда, секунди, сек | минута, минути, мин | час, часа | ден, дена | седмица, седмици | \
     месец, месеци | година, години, год | денес | вчера | завчера",
    "bg: преди | току-що, преди малко | секунда, секунди, сек | минута, минути, мин | час, часа | ден, дни | \
     седмица, седмици, седм | месец, месеца | година, години | днес | вчера | онзи ден",
    "ro: acum | chiar acum, adineauri | secundă, secunde, sec | minut, minute, min | oră, ore | zi, zile | \
     săptămână, săptămâni, săpt | lună, luni | an, ani | azi, astăzi | ieri | alaltăieri",
    "hu: ezelőtt, perce, órája, napja, hete, hónapja, éve | éppen most, az imént | másodperccel, m.perce, \
     másodperce | perccel, perce, perc | órával, órája, óra | nappal, napja, nap | héttel, hete, hét | \
     hónappal, hónapja, hónap | évvel, éve, év | ma | tegnap | tegnapelőtt",
    "el: πριν, πριν από | μόλις τώρα | δευτερόλεπτο, δευτερόλεπτα, δευτ | λεπτό, λεπτά, λεπ | ώρα, ώρες | \
     ημέρα, ημέρες, ημ | εβδομάδα, εβδομάδες, εβδ | μήνα, μήνες | έτος, έτη | σήμερα | χθες, χτες | προχθές",
    "tr: önce | az önce, şimdi, şu an | saniye, sn | dakika, dk | saat, sa | gün | hafta, hf | ay | yıl | \
     bugün | dün | evvelsi gün, önceki gün, evvelki gün",
    "az: öncə, əvvəl | indicə, bayaq | saniyə | dəqiqə | saat | gün | həftə | ay | il | bu gün | dünən | \
     srağagün",
    "kk: бұрын | жаңа ғана, қазір | секунд, сек | минут, мин | сағат, сағ | күн | апта, ап | ай | жыл | бүгін \
     | кеше | алдыңгүні",
    "uz: oldin, avval, олдин, аввал | hozirgina, ҳозиргина | soniya, сония | daqiqa, дақиқа | soat, соат | \
     kun, кун | hafta, ҳафта | oy, ой | yil, йил | bugun, бугун | kecha, кеча | ",
    "ky: мурун, мурда |  | секунд, сек | мүнөт, мүн | саат | күн | апта, апт | ай | жыл | бүгүн | кечээ | \
     мурдагы күнү",
    "tg: пеш |  | сония, сон | дақиқа, дақ | соат, ст | рӯз | ҳафта | моҳ | сол | имрӯз | дирӯз | ",
    "ru: назад, тому назад | только что, сейчас | секунду, секунды, секунд, сек | минуту, минуты, минут, мин \
     | час, часа, часов, ч | день, дня, дней, дн | неделю, недели, недель, нед | месяц, месяца, месяцев, мес \
     | год, года, лет | сегодня | вчера | позавчера",
    "uk: тому | щойно | секунду, секунди, секунд | хвилину, хвилини, хвилин, хв | годину, години, годин, год \
     | день, дні, днів, дн | тиждень, тижні, тижнів, тиж | місяць, місяці, місяців, міс | рік, роки, років | \
     сьогодні | учора, вчора | позавчора",
    "be: таму | толькі што | секунду, секунды, секунд | хвіліну, хвіліны, хвілін, хв | гадзіну, гадзіны, \
     гадзін, гадз | дзень, дні, дзён | тыдзень, тыдні, тыдняў, тыд | месяц, месяцы, месяцаў, мес | год, гады, \
     гадоў | сёння | учора | пазаўчора",
    "lt: prieš | ką tik | sekundę, sekundes, sekundžių, sek | minutę, minutes, minučių, min | valandą, \
     valandas, valandų, val | dieną, dienas, dienų | savaitę, savaites, savaičių, sav | mėnesį, mėnesius, \
     mėnesių, mėn | metus, metų | šiandien | vakar | užvakar",
    "lv: pirms | tikko | sekundes, sekundēm, sek | minūtes, minūtēm, min | stundas, stundām, st | dienas, \
     dienām | nedēļas, nedēļām, ned | mēneša, mēnešiem, mēn | gada, gadiem | šodien | vakar | aizvakar",
    "et: eest, tagasi | just praegu, äsja | sekundi, sek | minuti, min | tunni | päeva | nädala, näd | kuu | \
     aasta | täna | eile | üleeile",
    "ka: წინ | ახლახან | წამის, წმ | წუთის, წთ | საათის, სთ | დღის | კვირის, კვ | თვის | წლის | დღეს | გუშინ \
     | გუშინწინ",
    "hy: առաջ | հենց նոր | վայրկյան, վրկ | րոպե | ժամ | օր | շաբաթ, շաբ | ամիս | տարի | այսօր | երեկ | \
     նախանցյալ օրը",
    "he: לפני | עכשיו, הרגע, ממש עכשיו | שנייה, שניות, שנ׳ | דקה, דקות, דק׳ | שעה, שעות, שע׳ | יום, ימים | \
     שבוע, שבועות, שב׳ | חודש, חודשים, חו׳ | שנה, שנים | היום | אתמול | שלשום",
    "ar: منذ, قبل | الآن, للتو | ثانية, ثوانِ, ثوانٍ | دقيقة, دقائق | ساعة, ساعات | يوم, أيام, يومًا | أسبوع, \
     أسابيع, أسبوعًا | شهر, أشهر, شهرًا, شهور | سنة, سنوات, عام, أعوام | اليوم | أمس, البارحة | أول أمس, أول \
     من أمس, أمس الأول",
    "fa: پیش, قبل | هم اکنون, لحظاتی پیش | ثانیه | دقیقه | ساعت | روز | هفته | ماه | سال | امروز | دیروز | \
     پریروز",
    "ur: پہلے, قبل | ابھی ابھی | سیکنڈ | منٹ | گھنٹہ, گھنٹے, گھنٹوں | دن, دنوں | ہفتہ, ہفتے, ہفتوں | مہینہ, \
     مہینے, ماہ | سال, برس | آج | گزشتہ کل, گزشتہ روز | گزشتہ پرسوں",
    "ps: مخکې, وړاندې |  | ثانيه, ثانيې, ثانيه کې | دقيقه, دقيقې | ساعت, ساعتونه | ورځ, ورځې | اونۍ | مياشت, \
     مياشتې | کال, کاله | نن | پرون | ",
    "ku: berî, پێش, لەمەوبەر, بەر له |  | saniyeyê, saniyeyan, sn | deqîqeyê, deqîqeyan, dq, خولەک | saetê, \
     saetan, کاتژمێر | rojê, rojan, ڕۆژ | hefteyê, hefteyan, هەفتە | mehê, mehan, مانگ | salê, salan, ساڵ | \
     îro, ئەمڕۆ | duh, دوێنێ, دوێ | پێرێ",
    "hi: पहले | अभी, अभी अभी | सेकंड, से | मिनट, मि | घंटे, घं, घंटा, घण्टे, घंटों | दिन | सप्ताह, हफ्ते, \
     हफ्ता | माह, महीने, महीना | वर्ष, साल | आज | कल, बीता कल | परसों, बीते परसों",
    "mr: पूर्वी, सेकंदापूर्वी, सेकंदांपूर्वी, मिनिटापूर्वी, मिनिटांपूर्वी, तासापूर्वी, तासांपूर्वी, \
     दिवसापूर्वी, दिवसांपूर्वी, आठवड्यापूर्वी, आठवड्यांपूर्वी, महिन्यापूर्वी, महिन्यांपूर्वी, वर्षापूर्वी, \
     वर्षांपूर्वी |  | सेकंदापूर्वी, सेकंदांपूर्वी, से | मिनिटापूर्वी, मिनिटांपूर्वी, मिनि | तासापूर्वी, \
     तासांपूर्वी | दिवसापूर्वी, दिवसांपूर्वी | आठवड्यापूर्वी, आठवड्यांपूर्वी | महिन्यापूर्वी, महिन्यांपूर्वी \
     | वर्षापूर्वी, वर्षांपूर्वी | आज | काल | ",
    "ne: पहिले, अघि, अगाडि |  | सेकेन्ड | मिनेट | घण्टा | दिन | हप्ता | महिना | वर्ष | आज | हिजो | अस्ति",
    "bn: আগে, পূর্বে | এইমাত্র | সেকেন্ড | মিনিট | ঘণ্টা | দিন | সপ্তাহ | মাস | বছর | আজ | গতকাল | গত পরশু",
    "as: পূৰ্বে, আগতে |  | ছেকেণ্ড | মিনিট | ঘণ্টা | দিন | সপ্তাহ | মাহ | বছৰৰ | আজি | কালি | পৰহি",
    "gu: પહેલાં, પહેલા |  | સેકંડ | મિનિટ | કલાક | દિવસ | અઠવાડિયા, અઠ | મહિના | વર્ષ | આજે | ગઈકાલે | ગયા \
     પરમદિવસે",
    "pa: ਪਹਿਲਾਂ |  | ਸਕਿੰਟ | ਮਿੰਟ | ਘੰਟਾ, ਘੰਟੇ | ਦਿਨ | ਹਫ਼ਤਾ, ਹਫ਼ਤੇ | ਮਹੀਨਾ, ਮਹੀਨੇ | ਸਾਲ | ਅੱਜ | ਬੀਤਿਆ ਕੱਲ੍ਹ \
     | ",
    "or: ପୂର୍ବେ |  | ସେକେଣ୍ଡ, ସେ | ମିନିଟ୍, ମି | ଘଣ୍ଟା | ଦିନ | ସପ୍ତାହ, ସପ୍ତା | ମାସ, ମା | ବର୍ଷ | ଆଜି | ଗତକାଲି | \
     ",
    "ta: முன், முன்பு, முன்னர் | சற்று முன் | விநாடிக்கு, விநாடிகளுக்கு, வி | நிமிடத்திற்கு, நிமிடங்களுக்கு, \
     நிமி, நி | மணிநேரம் | நாளுக்கு, நாட்களுக்கு, நா | வாரத்திற்கு, வாரங்களுக்கு, வார, வா | மாதத்துக்கு, \
     மாதங்களுக்கு, மாத, மா | ஆண்டிற்கு, ஆண்டுகளுக்கு | இன்று | நேற்று | நேற்று முன்தினம்",
    "te: క్రితం |  | సెకను, సెకన్ల, సెక | నిమిషం, నిమిషాల, నిమి | గంట, గంటల, గం | రోజు, రోజుల | వారం, వారాల | \
     నెల, నెలల | సంవత్సరం, సంవత్సరాల, సం | ఈ రోజు | నిన్న | మొన్న",
    "kn: ಹಿಂದೆ |  | ಸೆಕೆಂಡ್, ಸೆಕೆಂಡುಗಳ | ನಿಮಿಷದ, ನಿಮಿಷಗಳ | ಗಂಟೆ, ಗಂಟೆಗಳ | ದಿನದ, ದಿನಗಳ | ವಾರದ, ವಾರಗಳ | ತಿಂಗಳ, \
     ತಿಂಗಳುಗಳ, ತಿಂಗಳು | ವರ್ಷದ, ವರ್ಷಗಳ | ಇಂದು | ನಿನ್ನೆ | ಮೊನ್ನೆ",
    "ml: മുമ്പ് |  | സെക്കൻഡ് | മിനിറ്റ് | മണിക്കൂർ | ദിവസം | ആഴ്ച | മാസം | വർഷം | ഇന്ന് | ഇന്നലെ | \
     മിനിഞ്ഞാന്ന്",
    "si: පෙර |  | තත්පර | මිනිත්තු | පැය | දින | සති | මාස | වසර | අද | ඊයේ | පෙරේදා",
    "th: ที่ผ่านมา, ที่แล้ว, ก่อน | เมื่อสักครู่ | วินาที | นาที | ชั่วโมง, ชม | วัน | สัปดาห์ | เดือน | ปี | \
     วันนี้ | เมื่อวาน, เมื่อวานนี้ | เมื่อวานซืน",
    "lo: ກ່ອນ, ກ່ອນໜ້ານີ້ |  | ວິນາທີ, ວິ | ນາທີ, ນທ | ຊົ່ວໂມງ, ຊມ | ມື້ | ອາທິດ, ອທ | ເດືອນ, ດ | ປີ | ມື້ນີ້ \
     | ມື້ວານ | ",
    "km: មុន |  | វិនាទី | នាទី | ម៉ោង | ថ្ងៃ | សប្ដាហ៍ | ខែ | ឆ្នាំ | ថ្ងៃនេះ | ម្សិលមិញ | ម្សិលម៉្ងៃ",
    "my: ပြီးခဲ့သည့်, အကြာ, အကြာက |  | စက္ကန့် | မိနစ် | နာရီ | ရက် | ပတ် | လ | နှစ် | ယနေ့, ဒီနေ့ | မနေ့က | \
     တစ်နေ့က",
    "vi: trước | vừa xong, mới đây | giây | phút | giờ, tiếng | ngày | tuần | tháng | năm | hôm nay | hôm qua \
     | hôm kia",
    "id: lalu, yang lalu | baru saja | detik, dtk | menit, mnt | jam | hari | minggu, mgg | bulan, bln | \
     tahun, thn | hari ini | kemarin | kemarin dulu",
    "ms: lalu, yang lalu | baru sahaja | saat | minit, min | jam | hari | minggu, mgu | bulan, bln | tahun, \
     thn | hari ini | semalam | kelmarin",
    "fil: nakalipas, nakaraan, nakararaan |  | segundo, seg | minuto, min | oras | araw | linggo | buwan | \
     taon | ngayong araw | kahapon | araw bago ang kahapon",
    "sw: iliyopita, zilizopita, uliopita | sasa hivi | sekunde | dakika | saa | siku | wiki | mwezi, miezi | \
     mwaka, miaka | leo | jana | juzi",
    "am: በፊት |  | ሰከንድ, ሰከንዶች | ደቂቃ, ደቂቃዎች | ሰዓት, ሰዓቶች | ቀን, ቀናት, ቀኖች | ሳምንት, ሳምንታት | ወር, ወራት | ዓመት, ዓመታት | \
     ዛሬ | ትናንት, ትላንት | ከትናንት ወዲያ",
    "ti: ቅድሚ |  | ካልኢት | ደቒቕ | ሰዓት | መዓልቲ | ሰሙን | ወርሒ | ዓ | ሎሚ | ትማሊ | ",
    "so: kahor |  | ilbiriqsi, ilbrqsi | daqiiqad, daqiiqadood, dqqd | saacad, saacadood, scd | maalin, \
     maalmood, mln, mlmd | toddobaad, tdbd | bil, bilood | sannad, sannadood, snd | maanta | shalay | ",
    "ha: gabata, da ta gabata, da suka gabata, da ya gabata |  | dakika, dakiku | minti, mintuna | awa, \
     awanni | kwana, kwanaki | mako, makonni | wata, watanni | shekara, shekaru | yau | jiya | ",
    "zh: 前 | 刚刚, 剛剛, 刚才 | 秒钟, 秒 | 分钟, 分鐘, 分 | 小时, 小時, 时, 時 | 天, 日 | 周, 週, 星期 | 个月, 個月 | 年 | 今天, 今日 | 昨天, 昨日 | \
     前天",
    "ja: 前 | たった今 | 秒 | 分 | 時間 | 日 | 週間 | か月, ヶ月, カ月, ヵ月 | 年 | 今日, きょう, 本日 | 昨日, きのう | 一昨日, おととい",
    "ko: 전 | 방금, 방금 전 | 초 | 분 | 시간 | 일 | 주 | 개월 | 년 | 오늘, 금일 | 어제 | 그저께, 그제",
    "mn: өмнө |  | секундын, сек | минутын, мин, минут | цагийн, цаг | өдрийн, өдөр | долоо хоногийн, \
     хоногийн | сарын | жилийн | өнөөдөр | өчигдөр | уржигдар",
    "eu: duela | orain | segundo | minutu | ordu | egun | aste | hilabete | urte | gaur | atzo | herenegun",
    "ca: fa | ara mateix | segon, segons | minut, minuts, min | hora, hores | dia, dies | setmana, setmanes, \
     setm | mes, mesos | any, anys | avui | ahir | abans-d'ahir",
    "gl: hai |  | segundo, segundos | minuto, minutos, min | hora, horas | día, días | semana, semanas, sem | \
     mes, meses | ano, anos | hoxe | onte | antonte",
    "ga: ó shin |  | soicind, shoicind, soic, shoic | nóiméad, nóim | uair an chloig, uair, huaire | lá | \
     seachtain, sheachtain, seachtaine, scht, shcht | mhí, mí | bhliain, bliana, bliain, bhl, bl | inniu | \
     inné | arú inné",
    "cy: yn ôl |  | eiliad, eil | munud, mun, funud | awr | diwrnod, ddiwrnod | wythnos, ws | mis, fis | \
     blwyddyn, flynedd, flynyddoedd, bl | heddiw | ddoe | echdoe",
    "sq: më parë |  | sekondë, sekonda, sek | minutë, minuta, min | orë | ditë | javë | muaj | vit, vjet | \
     sot | dje | ",
    "mt: ilu |  | sekonda, sekondi, sek | minuta, minuti, min | siegħa, sigħat | ġurnata, ġranet | ġimgħa, \
     ġimgħat | xahar, xhur | sena, snin | illum | lbieraħ | ",
    "af: gelede |  | sekonde, sekondes | minuut, minute, min | uur | dag, dae | week, weke | maand, maande, \
     md | jaar | vandag | gister | eergister",
];
