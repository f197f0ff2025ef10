//! Makes texts from templates, always the same ones for the same seed: what a collector might write,
//! with details planted, and clean ones. Numbers carry true check digits; regions that do not exist.

use std::fmt::Write as _;

const PLANTED: usize = 210;
const CLEAN: usize = 120;

const SURNAMES: &[&str] = &[
    "王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "胡", "朱", "高", "林", "何",
    "郭", "马", "罗", "覃", "韦", "莫", "欧阳", "石", "龙", "田", "向", "彭",
];
const GIVEN: &[&str] = &[
    "秀兰", "桂英", "建国", "志强", "晓燕", "子轩", "梓涵", "雨桐", "德福", "玉芬", "明辉", "春梅", "国栋",
    "丽华", "浩宇", "思琪", "永贵", "翠花", "文博", "佳怡", "勇", "芳", "磊", "娟", "涛", "敏",
];
const WANTS: &[&str] = &[
    "想要一台收音机",
    "想要一双棉鞋",
    "想请人修一修屋顶",
    "想要一盏台灯",
    "想要一辆轮椅",
    "想有人来说说话",
    "想要一套彩笔",
    "想要一床厚被子",
    "想请人教用手机",
    "想要一个新书包",
];
const PLACES: &[&str] = &["石桥", "桃坪", "何家坪", "青禾", "新井", "向阳", "红星", "柳河", "东山", "白水"];

const TOLD: &[&str] = &[
    "{name}今年七十多岁，{want}。",
    "{want}，是{name}同学说的。",
    "孩子叫{name}，{want}。",
    "{name}奶奶一个人在家，{want}。",
    "{want}，联系人{name}。",
    "姓名{name}，{want}。",
    "邻居{name}常帮忙，老人{want}送给人家。",
    "{own}说，{want}。",
    "给{own}办一件事：{want}。",
    "{want}，{own}盼了好久。",
    "听说{given}喜欢，{want}。",
    "{want}，电话{phone}。",
    "{phone}，{want}。",
    "{want}，请打{phone}找孙子。",
    "{want}，手机：{spaced}。",
    "{want}，号码{han}。",
    "{want}，家里{landline}。",
    "{want}，微信号{account}。",
    "{want}，加QQ{qq}。",
    "{want}，发邮件到{email}。",
    "身份证{id}，{want}。",
    "{want}，证号：{id}。",
    "{want}，钱打到{card}。",
    "{want}，开户行卡号{card}。",
    "车牌{plate}，{want}。",
    "{want}，送到{road}。",
    "家住{room}，{want}。",
    "{want}，{village}。",
    "地址{road}，{want}。",
    "在{school}上学，{want}。",
    "{school}的孩子，{want}。",
    "{want}，她读{school}三年级。",
    "一名{label}，{want}。",
    "{want}，孩子是{label}。",
];

const NEUTRAL: &[&str] = &[
    "一位{age}岁的老人{want}。",
    "{surname}奶奶{want}，天冷了出不了门。",
    "{surname}某一家四口，{want}。",
    "孩子上小学{grade}年级，{want}。",
    "{want}，预算大约{money}元。",
    "每周{day}有空，{want}。",
    "{want}，{size}码的就行。",
    "夜里路黑，{want}，方便又安全。",
    "老两口身体还好，{want}。",
    "村里的孩子{want}，新旧都可以。",
    "{want}，20{year}年的新款旧款都行。",
    "白天家里没有人，{want}，请在晚上{hour}点以后来。",
    "{surname}大爷腿脚不便，{want}。",
    "一家{count}口人，{want}。",
    "{want}，高{height}厘米左右。",
    "马上开学了，{want}。",
];

/// SplitMix64 (Steele, Lea, Flood 2014): small, and the same everywhere.
struct Dice(u64);

impl Dice {
    fn below(&mut self, count: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % u64::try_from(count).unwrap_or(1)).unwrap_or_default()
    }

    fn of<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list.get(self.below(list.len())).copied().unwrap_or_default()
    }

    fn digits(&mut self, count: usize) -> String {
        (0..count).map(|_| char::from(b'0' + u8::try_from(self.below(10)).unwrap_or_default())).collect()
    }
}

/// All texts, in the form of the file.
pub fn all(seed: u64) -> String {
    let mut dice = Dice(seed);
    let mut out =
        String::from("# Made by generator.rs; a test compares. Everybody and everything is made up.\n");
    for index in 0..PLANTED {
        let template = TOLD.get(index % TOLD.len()).copied().unwrap_or_default();
        let _ = writeln!(out, "{}", planted(&mut dice, template));
    }
    for index in 0..CLEAN {
        let template = NEUTRAL.get(index % NEUTRAL.len()).copied().unwrap_or_default();
        let _ = writeln!(out, " | {}", clean(&mut dice, template));
    }
    out
}

fn planted(dice: &mut Dice, template: &str) -> String {
    let (surname, given) = (dice.of(SURNAMES), dice.of(&GIVEN[..20]));
    let own = format!("{surname}{given}");
    let known = if template.contains("{own}") || template.contains("{given}") { own.as_str() } else { "" };
    let mut text = template.replace("{want}", dice.of(WANTS));
    let slots: [(&str, &str, String); 18] = [
        ("{name}", "name", format!("{}{}", dice.of(SURNAMES), dice.of(GIVEN))),
        ("{own}", "own", own.clone()),
        ("{given}", "own", given.to_owned()),
        ("{phone}", "phone", mobile(dice)),
        ("{spaced}", "phone", spaced(dice)),
        ("{han}", "phone", han(&mobile(dice))),
        ("{landline}", "phone", format!("0700-555{}", dice.digits(4))),
        ("{account}", "account", format!("hua{}", dice.digits(5))),
        ("{qq}", "account", format!("8{}", dice.digits(8))),
        ("{email}", "email", format!("a{}@example.org", dice.digits(4))),
        ("{id}", "id", identity(dice)),
        ("{card}", "card", card(dice)),
        ("{plate}", "plate", format!("{}{}", dice.of(&["湘A", "桂C·", "粤B", "渝F "]), plate(dice))),
        (
            "{road}",
            "address",
            format!("{}{}{}号", dice.of(PLACES), dice.of(&["路", "街", "巷"]), 1 + dice.below(200)),
        ),
        (
            "{room}",
            "address",
            format!(
                "{}小区{}栋{}单元{}0{}室",
                dice.of(PLACES),
                1 + dice.below(9),
                1 + dice.below(3),
                1 + dice.below(6),
                1 + dice.below(4)
            ),
        ),
        (
            "{village}",
            "address",
            format!("{}村{}组{}号", dice.of(PLACES), 1 + dice.below(9), 1 + dice.below(60)),
        ),
        (
            "{school}",
            "school",
            format!(
                "{}{}",
                dice.of(PLACES),
                dice.of(&["小学", "中学", "中心小学", "第二小学", "幼儿园", "完小"])
            ),
        ),
        (
            "{label}",
            "label",
            dice.of(&[
                "留守儿童",
                "孤儿",
                "困境儿童",
                "事实无人抚养儿童",
                "弱智",
                "残废",
                "特困生",
                "聋哑人",
            ])
            .to_owned(),
        ),
    ];
    for (slot, kind, words) in slots {
        text = text.replace(slot, &format!("{{{kind}:{words}}}"));
    }
    format!("{known} | {text}")
}

fn clean(dice: &mut Dice, template: &str) -> String {
    let mut text = template.replace("{want}", dice.of(WANTS)).replace("{surname}", dice.of(&SURNAMES[..16]));
    let slots: [(&str, String); 9] = [
        ("{age}", (60 + dice.below(35)).to_string()),
        ("{grade}", dice.of(&["一", "二", "三", "四", "五", "六"]).to_owned()),
        ("{money}", ((1 + dice.below(60)) * 50).to_string()),
        ("{day}", dice.of(&["一", "三", "六", "日"]).to_owned()),
        ("{size}", (30 + dice.below(15)).to_string()),
        ("{year}", (10 + dice.below(17)).to_string()),
        ("{hour}", (6 + dice.below(4)).to_string()),
        ("{count}", dice.of(&["三", "四", "五", "六"]).to_owned()),
        ("{height}", (80 + dice.below(100)).to_string()),
    ];
    for (slot, words) in slots {
        text = text.replace(slot, &words);
    }
    text
}

fn mobile(dice: &mut Dice) -> String {
    format!("{}0000{}", dice.of(&["138", "139", "150", "177", "186", "199"]), dice.digits(4))
}

fn spaced(dice: &mut Dice) -> String {
    let number = mobile(dice);
    let between = dice.of(&[" ", "-", "·", "，"]);
    format!("{}{between}{}{between}{}", &number[..3], &number[3..7], &number[7..])
}

fn han(number: &str) -> String {
    const HAN: [char; 10] = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
    number.bytes().filter_map(|byte| HAN.get(usize::from(byte - b'0'))).collect()
}

/// GB 11643, in a region that does not exist.
fn identity(dice: &mut Dice) -> String {
    const WEIGHTS: [usize; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let body = format!(
        "990102{}{:02}{:02}{}",
        1935 + dice.below(80),
        1 + dice.below(12),
        1 + dice.below(28),
        dice.digits(3)
    );
    let sum: usize = body.bytes().zip(WEIGHTS).map(|(byte, weight)| usize::from(byte - b'0') * weight).sum();
    let check = "10X98765432".chars().nth(sum % 11).unwrap_or_default();
    format!("{body}{check}")
}

/// With Luhn's check digit.
fn card(dice: &mut Dice) -> String {
    let body = format!("62220000{}", dice.digits(10));
    let doubled = |(index, byte): (usize, u8)| {
        let digit = usize::from(byte - b'0');
        if index % 2 == 0 { digit * 2 / 10 + digit * 2 % 10 } else { digit }
    };
    let sum: usize = body.bytes().rev().enumerate().map(doubled).sum();
    format!("{body}{}", (10 - sum % 10) % 10)
}

fn plate(dice: &mut Dice) -> String {
    format!("{}{}{}", dice.digits(2), dice.of(&["K", "M", "8", "3"]), dice.digits(2))
}
