//! Month names of the world, by calendar and language.
//!
//! A row is a language, a colon, and its months in order, parted by `|`, each in all its forms,
//! parted by commas: full and short, as they stand in a date and alone, in other spellings. The
//! core is from Unicode CLDR 48; spaces, marks and accents within a name do not matter.

/// The months of the Gregorian calendar.
#[rustfmt::skip]
pub(super) const GREGORIAN: &[&str] = &[
    "en: january, jan | february, feb | march, mar | april, apr | may | june, jun | july, jul | august, aug | \
     september, sep, sept | october, oct | november, nov | december, dec",
    "de: januar, jan, jänner | februar, feb, feber | märz, mär, mrz, maerz | april, apr | mai | juni, jun | \
     juli, jul | august, aug | september, sept, sep | oktober, okt | november, nov | dezember, dez",
    "fr: janvier, janv | février, févr, fev | mars | avril, avr | mai | juin | juillet, juil, juill | août, \
     aoû | septembre, sept | octobre, oct | novembre, nov | décembre, déc, décem",
    "es: enero, ene | febrero, feb | marzo, mar | abril, abr | mayo, may | junio, jun | julio, jul | agosto, \
     ago | septiembre, sept, sep, set, setiembre | octubre, oct | noviembre, nov | diciembre, dic",
    "pt: janeiro, jan | fevereiro, fev | março, mar | abril, abr | maio, mai | junho, jun | julho, jul | \
     agosto, ago | setembro, set | outubro, out | novembro, nov | dezembro, dez",
    "it: gennaio, gen | febbraio, feb | marzo, mar | aprile, apr | maggio, mag | giugno, giu | luglio, lug | \
     agosto, ago | settembre, set | ottobre, ott | novembre, nov | dicembre, dic",
    "nl: januari, jan | februari, feb | maart, mrt | april, apr | mei | juni, jun | juli, jul | augustus, aug \
     | september, sep, sept | oktober, okt | november, nov | december, dec",
    "sv: januari, jan | februari, feb | mars | april, apr | maj | juni | juli | augusti, aug | september, \
     sep, sept | oktober, okt | november, nov | december, dec",
    "no: januar, jan | februar, feb | mars, mar | april, apr | mai | juni, jun | juli, jul | august, aug | \
     september, sep, sept | oktober, okt | november, nov | desember, des",
    "da: januar, jan | februar, feb | marts, mar | april, apr | maj | juni, jun | juli, jul | august, aug | \
     september, sep, sept | oktober, okt | november, nov | december, dec",
    "is: janúar, jan | febrúar, feb | mars, mar | apríl, apr | maí | júní, jún | júlí, júl | ágúst, ágú | \
     september, sep | október, okt | nóvember, nóv | desember, des",
    "fo: januar, jan | februar, feb | mars, mar | apríl, apr | mai | juni, jun | juli, jul | august, aug | \
     september, sep | oktober, okt | november, nov | desember, des",
    "fi: tammikuuta, tammikuu, tammi | helmikuuta, helmikuu, helmi | maaliskuuta, maaliskuu, maalis | \
     huhtikuuta, huhtikuu, huhti | toukokuuta, toukokuu, touko | kesäkuuta, kesäkuu, kesä | heinäkuuta, \
     heinäkuu, heinä | elokuuta, elokuu, elo | syyskuuta, syyskuu, syys | lokakuuta, lokakuu, loka | \
     marraskuuta, marraskuu, marras | joulukuuta, joulukuu, joulu",
    "et: jaanuar, jaan, jaanuaril, jaanuaris | veebruar, veebr, veebruaril | märts, märtsil | aprill, apr, \
     aprillil | mai, mail | juuni, juunil | juuli, juulil | august, aug, augustil | september, sept, \
     septembril | oktoober, okt, oktoobril | november, nov, novembril | detsember, dets, detsembril",
    "pl: stycznia, styczeń, sty, styczniu | lutego, luty, lut, lutym | marca, marzec, mar, marcu | kwietnia, \
     kwiecień, kwi, kwietniu | maja, maj, maju | czerwca, czerwiec, cze, czerwcu | lipca, lipiec, lip, lipcu \
     | sierpnia, sierpień, sie, sierpniu | września, wrzesień, wrz, wrześniu | października, październik, \
     paź, październiku | listopada, listopad, lis, listopadzie | grudnia, grudzień, gru, grudniu",
    "cs: ledna, leden, led, lednu | února, únor, úno, únoru | března, březen, bře, březnu | dubna, duben, \
     dub, dubnu | května, květen, kvě, květnu | června, červen, čvn, červnu | července, červenec, čvc, \
     červenci | srpna, srpen, srp, srpnu | září, zář | října, říjen, říj, říjnu | listopadu, listopad, lis | \
     prosince, prosinec, pro, prosinci",
    "sk: januára, január, jan | februára, február, feb | marca, marec, mar | apríla, apríl, apr | mája, máj | \
     júna, jún | júla, júl | augusta, august, aug | septembra, september, sep | októbra, október, okt | \
     novembra, november, nov | decembra, december, dec",
    "sl: januar, jan, januarja | februar, feb, februarja | marec, mar, marca | april, apr, aprila | maj, maja \
     | junij, jun, junija | julij, jul, julija | avgust, avg, avgusta | september, sep, septembra | oktober, \
     okt, oktobra | november, nov, novembra | december, dec, decembra",
    "hr: siječnja, siječanj, sij, siječnju | veljače, veljača, velj, veljači, vel | ožujka, ožujak, ožu, \
     ožujku | travnja, travanj, tra, travnju | svibnja, svibanj, svi, svibnju | lipnja, lipanj, lip, lipnju | \
     srpnja, srpanj, srp, srpnju | kolovoza, kolovoz, kol, kolovozu | rujna, rujan, ruj, rujnu | listopada, \
     listopad, lis, listopadu | studenoga, studeni, stu, studenom, studenog | prosinca, prosinac, pro, \
     prosincu",
    "bs: januar, jan, januara | februar, feb, februara | mart, mar, marta | april, apr, aprila | maj, maja | \
     juni, jun, juna | juli, jul, jula | august, aug, augusta | septembar, sep, septembra | oktobar, okt, \
     oktobra | novembar, nov, novembra | decembar, dec, decembra",
    "sr: јануар, јан, januar, jan, јануара, januara | фебруар, феб, februar, feb, фебруара, februara | март, \
     мар, mart, mar, марта, marta | април, апр, april, apr, априла, aprila | мај, maj, маја, maja | јун, jun, \
     јуна, јуни, juna, juni | јул, jul, јула, јули, jula, juli | август, авг, avgust, avg, августа, avgusta | \
     септембар, сеп, septembar, sep, септембра, septembra | октобар, окт, oktobar, okt, октобра, oktobra | \
     новембар, нов, novembar, nov, новембра, novembra | децембар, дец, decembar, dec, децембра, decembra",
    "mk: јануари, јан | февруари, фев | март, мар | април, апр | мај | јуни, јун | јули, јул | август, авг | \
     септември, сеп | октомври, окт | ноември, ное | декември, дек",
    "bg: януари, яну, ян | февруари, фев | март, мар | април, апр | май | юни, юн | юли, юл | август, авг | \
     септември, сеп, септ | октомври, окт | ноември, ное | декември, дек",
    "ro: ianuarie, ian | februarie, feb | martie, mar | aprilie, apr | mai | iunie, iun | iulie, iul | \
     august, aug | septembrie, sept, sep | octombrie, oct | noiembrie, nov, noi | decembrie, dec",
    "hu: január, jan, januári | február, febr, februári | március, márc, márciusi | április, ápr, áprilisi | \
     május, máj, májusi | június, jún, júniusi | július, júl, júliusi | augusztus, aug, augusztusi | \
     szeptember, szept, szeptemberi, szep | október, okt, októberi | november, nov, novemberi | december, \
     dec, decemberi",
    "el: ιανουαρίου, ιανουάριος, ιαν | φεβρουαρίου, φεβρουάριος, φεβ | μαρτίου, μάρτιος, μαρ | απριλίου, \
     απρίλιος, απρ | μαΐου, μάιος, μαΐ | ιουνίου, ιούνιος, ιουν | ιουλίου, ιούλιος, ιουλ | αυγούστου, \
     αύγουστος, αυγ | σεπτεμβρίου, σεπτέμβριος, σεπ | οκτωβρίου, οκτώβριος, οκτ | νοεμβρίου, νοέμβριος, νοε | \
     δεκεμβρίου, δεκέμβριος, δεκ",
    "tr: ocak, oca | şubat, şub | mart, mar | nisan, nis | mayıs, may | haziran, haz | temmuz, tem | ağustos, \
     ağu | eylül, eyl | ekim, eki | kasım, kas | aralık, ara",
    "az: yanvar, yan | fevral, fev | mart, mar | aprel, apr | may | iyun, iyn, iyunun | iyul, iyl, iyulun | \
     avqust, avq | sentyabr, sen | oktyabr, okt | noyabr, noy | dekabr, dek",
    "tk: ýanwar, ýan | fewral, few | mart, mar | aprel, apr | maý | iýun | iýul | awgust, awg | sentýabr, sen \
     | oktýabr, okt | noýabr, noý | dekabr, dek",
    "kk: қаңтар, қаң, қаңтарда, қаңтары | ақпан, ақп, ақпанда | наурыз, нау, наурызда | сәуір, сәу, сәуірде | \
     мамыр, мам, мамырда | маусым, мау, маусымда | шілде, шіл, шілдеде | тамыз, там, тамызда | қыркүйек, қыр, \
     қыркүйекте | қазан, қаз, қазанда | қараша, қар, қарашада | желтоқсан, жел, желтоқсанда",
    "uz: yanvar, yan, январ, янв, yanvarda | fevral, fev, феврал, фев, fevralda | mart, mar, март, мар, \
     martda | aprel, apr, апрел, апр, aprelda | may, май, mayda | iyun, iyn, июн, iyunda | iyul, iyl, июл, \
     iyulda | avgust, avg, август, авг, avgustda | sentabr, sen, сентябр, сен, sentyabr, sentabrda | oktabr, \
     okt, октябр, окт, oktyabr, oktabrda | noyabr, noy, ноябр, ноя, noyabrda | dekabr, dek, декабр, дек, \
     dekabrda",
    "ky: январь, янв, үчтүн айы | февраль, фев, бирдин айы | март, мар, жалган куран | апрель, апр, чын куран \
     | май, бугу | июнь, июн, кулжа | июль, июл, теке | август, авг, баш оона | сентябрь, сен, аяк оона | \
     октябрь, окт, тогуздун айы | ноябрь, ноя, жетинин айы | декабрь, дек, бештин айы",
    "tg: январ, янв | феврал, фев | март, мар | апрел, апр | май | июн | июл | август, авг | сентябр, сен | \
     октябр, окт | ноябр, ноя | декабр, дек",
    "tt: гыйнвар, гыйн | февраль, фев | март, мар | апрель, апр | май | июнь | июль | август, авг | сентябрь, \
     сент | октябрь, окт | ноябрь, нояб | декабрь, дек",
    "ru: января, январь, янв | февраля, февраль, февр, фев | марта, март, мар | апреля, апрель, апр | мая, \
     май | июня, июнь, июн | июля, июль, июл | августа, август, авг | сентября, сентябрь, сент, сен | \
     октября, октябрь, окт | ноября, ноябрь, нояб, ноя | декабря, декабрь, дек",
    "uk: січня, січень, січ | лютого, лютий, лют | березня, березень, бер | квітня, квітень, квіт | травня, \
     травень, трав | червня, червень, черв | липня, липень, лип | серпня, серпень, серп | вересня, вересень, \
     вер | жовтня, жовтень, жовт | листопада, листопад, лист | грудня, грудень, груд",
    "be: студзеня, студзень, сту | лютага, люты, лют | сакавіка, сакавік, сак | красавіка, красавік, кра | \
     мая, май, траўня, травень, траўень | чэрвеня, чэрвень, чэр | ліпеня, ліпень, ліп | жніўня, жнівень, жні \
     | верасня, верасень, вер | кастрычніка, кастрычнік, кас | лістапада, лістапад, ліс | снежня, снежань, \
     сне",
    "lt: sausio, sausis, sausį, saus | vasario, vasaris, vasarį, vas | kovo, kovas, kovą, kov | balandžio, \
     balandis, balandį, bal | gegužės, gegužė, geg | birželio, birželis, birželį, birž | liepos, liepa, liep \
     | rugpjūčio, rugpjūtis, rugpjūtį, rugp | rugsėjo, rugsėjis, rugsėjį, rugs | spalio, spalis, spalį, spal \
     | lapkričio, lapkritis, lapkritį, lapkr | gruodžio, gruodis, gruodį, gruod",
    "lv: janvāris, janv, janvārī, janvāra | februāris, febr, februārī, februāra | marts, martā | aprīlis, \
     apr, aprīlī, aprīļa | maijs, maijā | jūnijs, jūn, jūnijā | jūlijs, jūl, jūlijā | augusts, aug, augustā | \
     septembris, sept, septembrī, septembra | oktobris, okt, oktobrī, oktobra | novembris, nov, novembrī, \
     novembra | decembris, dec, decembrī, decembra",
    "ka: იანვარი, იან, იანვარს, იანვრის | თებერვალი, თებ, თებერვალს, თებერვლის | მარტი, მარ, მარტს, მარტის | \
     აპრილი, აპრ, აპრილს, აპრილის | მაისი, მაი, მაისს, მაისის | ივნისი, ივნ, ივნისს, ივნისის | ივლისი, ივლ, \
     ივლისს, ივლისის | აგვისტო, აგვ, აგვისტოს | სექტემბერი, სექ, სექტემბერს, სექტემბრის | ოქტომბერი, ოქტ, \
     ოქტომბერს, ოქტომბრის | ნოემბერი, ნოე, ნოემბერს, ნოემბრის | დეკემბერი, დეკ, დეკემბერს, დეკემბრის",
    "hy: հունվարի, հունվար, հնվ, հունվարին | փետրվարի, փետրվար, փտվ, փետրվարին | մարտի, մարտ, մրտ, մարտին | \
     ապրիլի, ապրիլ, ապր, ապրիլին | մայիսի, մայիս, մյս, մայիսին | հունիսի, հունիս, հնս, հունիսին | հուլիսի, \
     հուլիս, հլս, հուլիսին | օգոստոսի, օգոստոս, օգս, օգոստոսին | սեպտեմբերի, սեպտեմբեր, սեպ, սեպտեմբերին | \
     հոկտեմբերի, հոկտեմբեր, հոկ, հոկտեմբերին | նոյեմբերի, նոյեմբեր, նոյ, նոյեմբերին | դեկտեմբերի, դեկտեմբեր, \
     դեկ, դեկտեմբերին",
    "he: ינואר, ינו׳, בינואר | פברואר, פבר׳, בפברואר | מרץ, במרץ, מרס, במרס, מארס | אפריל, אפר׳, באפריל | \
     מאי, במאי | יוני, ביוני, יונ | יולי, ביולי, יול | אוגוסט, אוג׳, באוגוסט | ספטמבר, ספט׳, בספטמבר | \
     אוקטובר, אוק׳, באוקטובר | נובמבר, נוב׳, בנובמבר | דצמבר, דצמ׳, בדצמבר",
    "ar: يناير, كانون الثاني, جانفي, جانفيي | فبراير, شباط, فيفري | مارس, آذار, مارث | أبريل, نيسان, أفريل | \
     مايو, أيار, ماي, مايس | يونيو, حزيران, جوان, يونيه | يوليو, تموز, جويلية, يوليوز, يوليه | أغسطس, آب, \
     أوت, غشت, أغشت, اوغسطس | سبتمبر, أيلول, شتنبر, شتمبر, سيبتمبر | أكتوبر, تشرين الأول, تشرين أول | نوفمبر, \
     تشرين الثاني, نونبر, نوفمير, تشرين ثاني | ديسمبر, كانون الأول, دجنبر, دجمبر, كانون أول",
    "fa: ژانویه, ژانویهٔ, جنوری, جنو | فوریه, فوریهٔ, فبروری | مارس, مارچ | آوریل, اپریل | مه, مهٔ, می | \
     ژوئن, جون | ژوئیه, ژوئیهٔ, جولای, جول, ژوییه | اوت, اگست, آگوست | سپتامبر, سپتمبر | اکتبر, اکتوبر, \
     اوکتوبر | نوامبر, نومبر | دسامبر, دسمبر, دسم",
    "ur: جنوری | فروری | مارچ | اپریل | مئی | جون | جولائی | اگست | ستمبر | اکتوبر | نومبر | دسمبر",
    "ps: جنوري | فبروري, فېبروري, فبرورۍ | مارچ | اپریل, اپرېل | مۍ, مې, مئ | جون | جولای | اګست | سېپتمبر, \
     سپتمبر | اکتوبر | نومبر | دسمبر",
    "sd: جنوري | فيبروري | مارچ | اپريل | مئي | جون | جولاءِ | آگسٽ | سيپٽمبر | آڪٽوبر | نومبر | ڊسمبر",
    "ku: rêbendan, rbn, کانوونی دووەم, کانونی دووەم, ژانویە, çile, rêbendana, kanûna duyem | sibat, sbt, \
     شوبات, reşemî, şubat | adar, adr, ئازار, avdar | nîsan, nsn, نیسان | gulan, gln, ئایار, gulana | \
     hezîran, hzr, حوزەیران, pûşper, hezîrana | tîrmeh, trm, تەمووز, تەمموز, tîrmeha, temmûz | tebax, tbx, \
     ئاب, tebaxa | îlon, îln, ئەیلوول, ئەیلول, rezber, îlona | cotmeh, cot, تشرینی یەکەم, cotmeha, kewçêr | \
     mijdar, mjd, تشرینی دووەم, sermawez, mijdara | berfanbar, brf, کانونی یەکەم, berfanbara, kanûna yekem",
    "ug: يانۋار | فېۋرال | مارت | ئاپرېل | ماي | ئىيۇن | ئىيۇل | ئاۋغۇست | سېنتەبىر | ئۆكتەبىر | نويابىر | \
     دېكابىر",
    "hi: जनवरी, जन | फ़रवरी, फ़र, फेब्रुवारी | मार्च | अप्रैल | मई | जून | जुलाई, जुल | अगस्त, अग | सितंबर, \
     सित, सितम्बर | अक्टूबर, अक्टू, अक्तूबर | नवंबर, नव, नवम्बर | दिसंबर, दिस, दिसम्बर",
    "mr: जानेवारी, जाने | फेब्रुवारी, फेब्रु | मार्च | एप्रिल, एप्रि | मे | जून | जुलै | ऑगस्ट, ऑग | \
     सप्टेंबर, सप्टें | ऑक्टोबर, ऑक्टो | नोव्हेंबर, नोव्हें | डिसेंबर, डिसें",
    "ne: जनवरी | फेब्रुअरी, फेब्रुवरी | मार्च | अप्रिल | मे | जुन | जुलाई | अगस्ट, अगष्ट | सेप्टेम्बर, \
     सेप्टेम्वर | अक्टोबर | नोभेम्बर | डिसेम्बर",
    "bn: জানুয়ারি, জানু, জানুয়ারী | ফেব্রুয়ারি, ফেব, ফেব্রুয়ারী | মার্চ | এপ্রিল, এপ্রি | মে | জুন | \
     জুলাই, জুল | আগস্ট, আগ | সেপ্টেম্বর, সেপ, সেপ্ট | অক্টোবর, অক্টো | নভেম্বর, নভে | ডিসেম্বর, ডিসে",
    "as: জানুৱাৰী, জানু | ফেব্ৰুৱাৰী, ফেব্ৰু | মাৰ্চ | এপ্ৰিল | মে’ | জুন | জুলাই | আগষ্ট, আগ | ছেপ্তেম্বৰ, \
     ছেপ্তে | অক্টোবৰ, অক্টো | নৱেম্বৰ, নৱে | ডিচেম্বৰ, ডিচে",
    "gu: જાન્યુઆરી, જાન્યુ | ફેબ્રુઆરી, ફેબ્રુ | માર્ચ | એપ્રિલ | મે | જૂન | જુલાઈ | ઑગસ્ટ, ઓગસ્ટ | \
     સપ્ટેમ્બર, સપ્ટે, સપ્ટેંબર | ઑક્ટોબર, ઑક્ટો, ઓક્ટોબર | નવેમ્બર, નવે | ડિસેમ્બર, ડિસે, ડિસેંબર",
    "pa: ਜਨਵਰੀ, ਜਨ | ਫ਼ਰਵਰੀ, ਫ਼ਰ | ਮਾਰਚ | ਅਪ੍ਰੈਲ, ਅਪ੍ਰੈ | ਮਈ | ਜੂਨ | ਜੁਲਾਈ, ਜੁਲਾ | ਅਗਸਤ, ਅਗ | ਸਤੰਬਰ, ਸਤੰ | \
     ਅਕਤੂਬਰ, ਅਕਤੂ | ਨਵੰਬਰ, ਨਵੰ | ਦਸੰਬਰ, ਦਸੰ",
    "or: ଜାନୁଆରୀ | ଫେବୃଆରୀ, ଫେବ୍ରୁଆରୀ | ମାର୍ଚ୍ଚ | ଅପ୍ରେଲ | ମଇ | ଜୁନ | ଜୁଲାଇ | ଅଗଷ୍ଟ | ସେପ୍ଟେମ୍ବର | ଅକ୍ଟୋବର | \
     ନଭେମ୍ବର | ଡିସେମ୍ବର",
    "ta: ஜனவரி, ஜன | பிப்ரவரி, பிப் | மார்ச், மார் | ஏப்ரல், ஏப் | மே | ஜூன் | ஜூலை | ஆகஸ்ட், ஆக | \
     செப்டம்பர், செப் | அக்டோபர், அக் | நவம்பர், நவ | டிசம்பர், டிச",
    "te: జనవరి, జన | ఫిబ్రవరి, ఫిబ్ర | మార్చి | ఏప్రిల్, ఏప్రి | మే | జూన్ | జులై, జూలై | ఆగస్టు, ఆగ, ఆగష్టు \
     | సెప్టెంబర్, సెప్టెం, సెప్టెంబరు | అక్టోబర్, అక్టో, అక్టోబరు | నవంబర్, నవం, నవంబరు | డిసెంబర్, డిసెం, \
     డిసెంబరు",
    "kn: ಜನವರಿ, ಜನ | ಫೆಬ್ರವರಿ, ಫೆಬ್ರ | ಮಾರ್ಚ್ | ಏಪ್ರಿಲ್, ಏಪ್ರಿ | ಮೇ | ಜೂನ್ | ಜುಲೈ | ಆಗಸ್ಟ್, ಆಗ, ಆಗಷ್ಟ್ | \
     ಸೆಪ್ಟೆಂಬರ್, ಸೆಪ್ಟೆಂ | ಅಕ್ಟೋಬರ್, ಅಕ್ಟೋ | ನವೆಂಬರ್, ನವೆಂ | ಡಿಸೆಂಬರ್, ಡಿಸೆಂ",
    "ml: ജനുവരി, ജനു | ഫെബ്രുവരി, ഫെബ്രു | മാർച്ച്, മാർ | ഏപ്രിൽ, ഏപ്രി | മേയ്, മെയ് | ജൂൺ | ജൂലൈ | ഓഗസ്റ്റ്, \
     ഓഗ, ആഗസ്റ്റ്, ആഗസ്ത് | സെപ്റ്റംബർ, സെപ്റ്റം, സെപ്തംബർ | ഒക്ടോബർ, ഒക്ടോ | നവംബർ, നവം | ഡിസംബർ, ഡിസം",
    "si: දුරුතු, ජනවාරි, ජන | නවම්, පෙබරවාරි, පෙබ | මැදින්, මාර්තු, මාර් | බක්, අප්‍රේල්, අප්‍රියෙල් | වෙසක්, \
     මැයි | පොසොන්, ජූනි | ඇසළ, ජූලි | නිකිණි, අගෝස්තු, අගෝ | බිනර, සැප්තැම්බර්, සැප් | වප්, ඔක්තෝබර්, ඔක් | \
     ඉල්, නොවැම්බර්, නොවැ | උඳුවප්, දෙසැම්බර්, දෙසැ",
    "th: มกราคม, ม.ค, เดือนมกราคม | กุมภาพันธ์, ก.พ, เดือนกุมภาพันธ์ | มีนาคม, มี.ค, เดือนมีนาคม | เมษายน, \
     เม.ย, เดือนเมษายน | พฤษภาคม, พ.ค, เดือนพฤษภาคม | มิถุนายน, มิ.ย, เดือนมิถุนายน | กรกฎาคม, ก.ค, \
     เดือนกรกฎาคม | สิงหาคม, ส.ค, เดือนสิงหาคม | กันยายน, ก.ย, เดือนกันยายน | ตุลาคม, ต.ค, เดือนตุลาคม | \
     พฤศจิกายน, พ.ย, เดือนพฤศจิกายน | ธันวาคม, ธ.ค, เดือนธันวาคม",
    "lo: ມັງກອນ, ມ.ກ, ເດືອນມັງກອນ | ກຸມພາ, ກ.ພ, ເດືອນກຸມພາ | ມີນາ, ມ.ນ, ເດືອນມີນາ | ເມສາ, ມ.ສ, ເດືອນເມສາ | \
     ພຶດສະພາ, ພ.ພ, ເດືອນພຶດສະພາ | ມິຖຸນາ, ມິ.ຖ, ເດືອນມິຖຸນາ | ກໍລະກົດ, ກ.ລ, ເດືອນກໍລະກົດ | ສິງຫາ, ສ.ຫ, \
     ເດືອນສິງຫາ | ກັນຍາ, ກ.ຍ, ເດືອນກັນຍາ | ຕຸລາ, ຕ.ລ, ເດືອນຕຸລາ | ພະຈິກ, ພ.ຈ, ເດືອນພະຈິກ | ທັນວາ, ທ.ວ, \
     ເດືອນທັນວາ",
    "km: មករា, ខែមករា | កុម្ភៈ, កុម្ភះ, ខែកុម្ភៈ | មីនា, ខែមីនា | មេសា, ខែមេសា | ឧសភា, ខែឧសភា | មិថុនា, \
     ខែមិថុនា | កក្កដា, ខែកក្កដា | សីហា, ខែសីហា | កញ្ញា, ខែកញ្ញា | តុលា, ខែតុលា | វិច្ឆិកា, ខែវិច្ឆិកា | \
     ធ្នូ, ខែធ្នូ",
    "my: ဇန်နဝါရီ, ဇန်, ဇန်နဝါရီလ | ဖေဖော်ဝါရီ, ဖေ, ဖေဖော်ဝါရီလ | မတ်, မတ်လ | ဧပြီ, ဧ, ဧပြီလ | မေ, မေလ | \
     ဇွန်, ဇွန်လ | ဇူလိုင်, ဇူ, ဇူလိုင်လ | ဩဂုတ်, ဩ, ဩဂုတ်လ, သြဂုတ်, သြဂုတ်လ, ဩဂတ် | စက်တင်ဘာ, စက်, စက်တင်ဘာလ \
     | အောက်တိုဘာ, အောက်, အောက်တိုဘာလ | နိုဝင်ဘာ, နို, နိုဝင်ဘာလ | ဒီဇင်ဘာ, ဒီ, ဒီဇင်ဘာလ",
    "vi: tháng một, tháng giêng | tháng hai | tháng ba | tháng tư | tháng năm | tháng sáu | tháng bảy | tháng \
     tám | tháng chín | tháng mười | tháng mười một | tháng mười hai, tháng chạp",
    "id: januari, jan | februari, feb, pebruari | maret, mar | april, apr | mei | juni, jun | juli, jul | \
     agustus, agu, agt, agus | september, sep, sept | oktober, okt | november, nov, nop, nopember | desember, \
     des",
    "ms: januari, jan | februari, feb | mac | april, apr | mei | jun | julai, jul | ogos, ogo | september, \
     sep | oktober, okt | november, nov | disember, dis",
    "fil: enero, ene | pebrero, peb | marso, mar | abril, abr | mayo, may | hunyo, hun | hulyo, hul | agosto, \
     ago | setyembre, set | oktubre, okt | nobyembre, nob | disyembre, dis",
    "sw: januari, jan | februari, feb | machi, mac | aprili, apr | mei | juni, jun | julai, jul | agosti, ago \
     | septemba, sep | oktoba, okt | novemba, nov | desemba, des",
    "am: ጃንዋሪ, ጃን, ጃንዩወሪ, ጃንዩዌሪ | ፌብሩዋሪ, ፌብ, ፌብሩወሪ, ፌብሯሪ | ማርች | ኤፕሪል, ኤፕሪ | ሜይ | ጁን | ጁላይ | ኦገስት, ኦገስ, ኦጎስት \
     | ሴፕቴምበር, ሴፕቴ, ሴፕተምበር | ኦክቶበር, ኦክቶ | ኖቬምበር, ኖቬም, ኖቨምበር | ዲሴምበር, ዲሴም, ዲሰምበር",
    "ti: ጥሪ | ለካቲት, ለካ | መጋቢት, መጋ | ሚያዝያ, ሚያ | ጉንበት, ግን | ሰነ | ሓምለ, ሓም | ነሓሰ, ነሓ | መስከረም, መስ | ጥቅምቲ, ጥቅ | \
     ሕዳር, ሕዳ | ታሕሳስ, ታሕ",
    "so: janaayo, jannaayo, jan | febraayo, feb | maarso, mar | abriil, abr, abril | maayo, may, maajo | \
     juun, jun, juunyo | luulyo, lul, luuliyo | agosto, ogosto, ogs, agoosto | sebtembar, sebteembar, seb, \
     sebtember | oktoobar, okt, oktoober | noofeembar, nof, nofember, nofembar | diseembar, dis, disember",
    "ha: janairu, jan | faburairu, fab | maris, mar | afirilu, afi | mayu, may | yuni, yun | yuli, yul | \
     agusta, agu | satumba, sat | oktoba, okt | nuwamba, nuw | disamba, dis",
    "zu: januwari, jan | februwari, feb | mashi, mas | ephreli, eph | meyi, mey | juni, jun | julayi, jul | \
     agasti, aga | septhemba, sep | okthoba, okt | novemba, nov | disemba, dis",
    "af: januarie, jan | februarie, feb | maart, mrt | april, apr | mei | junie, jun | julie, jul | augustus, \
     aug | september, sep | oktober, okt | november, nov | desember, des",
    "zh: 一月, 元月 | 二月 | 三月 | 四月 | 五月 | 六月 | 七月 | 八月 | 九月 | 十月 | 十一月 | 十二月",
    "mn: нэгдүгээр сар | хоёрдугаар сар | гуравдугаар сар | дөрөвдүгээр сар | тавдугаар сар | зургаадугаар \
     сар | долоодугаар сар | наймдугаар сар | есдүгээр сар | аравдугаар сар | арван нэгдүгээр сар | арван \
     хоёрдугаар сар",
    "eu: urtarrila, urt, urtarrilaren, urtarrilak, urtarrilean | otsaila, ots, otsailaren, otsailak | \
     martxoa, mar, martxoaren, martxoak | apirila, api, apirilaren, apirilak | maiatza, mai, maiatzaren, \
     maiatzak | ekaina, eka, ekainaren, ekainak | uztaila, uzt, uztailaren, uztailak | abuztua, abu, \
     abuztuaren, abuztuak | iraila, ira, irailaren, irailak | urria, urr, urriaren, urriak | azaroa, aza, \
     azaroaren, azaroak | abendua, abe, abenduaren, abenduak",
    "ca: gener, gen | febrer, febr | març | abril, abr | maig | juny | juliol, jul | agost, ag | setembre, \
     set | octubre, oct | novembre, nov | desembre, des",
    "gl: xaneiro, xan | febreiro, feb | marzo, mar | abril, abr | maio | xuño | xullo, xul | agosto, ago | \
     setembro, set | outubro, out | novembro, nov | decembro, dec",
    "ga: eanáir, ean | feabhra, feabh | márta | aibreán, aib | bealtaine, beal | meitheamh, meith | iúil | \
     lúnasa, lún | meán fómhair, mfómh | deireadh fómhair, dfómh | samhain, samh | nollaig, noll",
    "cy: ionawr, ion | chwefror, chwef, chw | mawrth, maw, fawrth | ebrill, ebr | mai, fai | mehefin, meh | \
     gorffennaf, gorff, gor | awst | medi | hydref, hyd | tachwedd, tach | rhagfyr, rhag",
    "sq: janar, jan | shkurt, shk | mars, mar | prill, pri | maj | qershor, qer | korrik, korr | gusht, gush \
     | shtator, sht | tetor, tet | nëntor, nën | dhjetor, dhj",
    "mt: jannar, jan | frar, fra | marzu, mar | april, apr | mejju, mej | ġunju, ġun | lulju, lul | awwissu, \
     aww | settembru, set | ottubru, ott | novembru, nov | diċembru, diċ",
    "lb: januar, jan | februar, feb | mäerz, mäe | abrëll, abr | mee | juni, jun | juli, jul | august, aug | \
     september, sep | oktober, okt | november, nov | dezember, dez",
];

/// The months of the Islamic calendar.
#[rustfmt::skip]
pub(super) const HIJRI: &[&str] = &[
    "ar: محرم | صفر | ربيع الأول, ربيع أول | ربيع الآخر, ربيع الثاني, ربيع ثاني | جمادى الأولى, جمادى الأول | \
     جمادى الآخرة, جمادى الآخر, جمادى الثانية, جمادى الثاني | رجب | شعبان | رمضان | شوال | ذو القعدة, ذي القعدة, \
     ذي قعدة | ذو الحجة, ذي الحجة, ذي حجة",
    "fa: محرم | صفر | ربیع الاول | ربیع الثانی | جمادی الاول, جمادی الاولی | جمادی الثانی, جمادی الثانیه | رجب | \
     شعبان | رمضان | شوال | ذیقعده, ذی القعده | ذیحجه, ذی الحجه",
    "ur: محرم | صفر | ربیع الاول, ربیع الاوّل | ربیع الثانی, ربیع الثّانی | جمادی الاول, جمادی الاوّل | \
     جمادی الثانی, جمادی الثّانی | رجب | شعبان | رمضان | شوال | ذوالقعدہ, ذیقعدہ | ذوالحجہ, ذی الحج",
    "en: muharram | safar | rabi al awwal, rabi al awal, rabi i, rabi ul awwal | rabi al thani, rabi al akhir, \
     rabi ii, rabi us sani | jumada al awwal, jumada al ula, jumada al oula, jumada i, jamadi ul awwal | \
     jumada al thani, jumada al akhirah, jumada al akhira, jumada ii, jamadi us sani | rajab | shaban, shaaban | \
     ramadan, ramadhan, ramazan | shawwal, shawal | dhul qadah, dhu al qadah, dhul qidah, dhu al qidah, \
     dhul qaadah, zul qadah, zul qidah, zilqad | dhul hijjah, dhu al hijjah, dhul hijja, dhu al hijja, zul hijjah, zilhaj",
    "tr: muharrem | safer | rebiülevvel | rebiülahir | cemaziyelevvel | cemaziyelahir | recep | şaban | ramazan | \
     şevval | zilkade | zilhicce",
    "id: muharam | safar | rabiul awal | rabiul akhir | jumadil awal | jumadil akhir | rajab | syakban, syaban | \
     ramadan | syawal | zulkaidah, dzulqadah, dzulkaidah | zulhijah, dzulhijjah",
    "ms: muharam | safar | rabiulawal | rabiulakhir | jamadilawal | jamadilakhir | rejab | syaaban | ramadan | \
     syawal | zulkaedah | zulhijah, zulhijjah",
    "fr: mouharram | safar | rabia al awal | rabia ath thani | joumada al oula | joumada ath thania | rajab | \
     chaabane | ramadan | chawwal | dhou al qida | dhou al hijja",
];

/// The months of the Solar Hijri calendar of Iran and Afghanistan.
#[rustfmt::skip]
pub(super) const JALALI: &[&str] = &[
    "fa: فروردین, حمل | اردیبهشت, ثور | خرداد, جوزا | تیر, سرطان | مرداد, امرداد, اسد | شهریور, سنبله, سنبلهٔ | مهر, میزان | \
     آبان, عقرب | آذر, قوس | دی, جدی | بهمن, دلو | اسفند, حوت",
    "ps: وری, حمل | غویی, ثور | غبرګولی, غبرگولی, جوزا | چنګاښ, چنگاښ, سرطان | زمری, اسد | وږی, سنبله | تله, میزان | لړم, \
     عقرب | لیندۍ, ليندۍ, قوس | مرغومی, جدی | سلواغه, دلو | کب, حوت",
    "ku: خاکەلێوە | گوڵان, بانەمەڕ | جۆزەردان | پووشپەڕ | گەلاوێژ | خەرمانان | ڕەزبەر | گەڵاڕێزان, خەزەڵوەر | سەرماوەز | \
     بەفرانبار | ڕێبەندان | ڕەشەمە, ڕەشەمێ",
    "en: farvardin | ordibehesht | khordad | tir | mordad | shahrivar | mehr | aban | azar | dey | bahman | esfand",
];

/// The months of the Ethiopian calendar, the short thirteenth among them.
#[rustfmt::skip]
pub(super) const ETHIOPIAN: &[&str] = &[
    "am: መስከረም | ጥቅምት | ኅዳር, ህዳር, ሕዳር | ታኅሣሥ, ታህሳስ, ታኅሳስ, ታሕሳስ | ጥር | የካቲት | መጋቢት | ሚያዝያ, ሚያዚያ | ግንቦት | ሰኔ | \
     ሐምሌ, ሃምሌ, ሀምሌ | ነሐሴ, ነሃሴ, ነሀሴ | ጳጉሜን, ጳጉሜ, ጷጉሜን",
    "en: meskerem | tekemt, tikimt | hedar, hidar | tahsas | tir, ter | yekatit | megabit | miazia, miyazya | genbot, ginbot | \
     sene | hamle | nehasse, nehase | pagumen, pagume",
];
