//! Who can sign in to the demo.

/// An account that can sign in to the demo.
#[derive(Debug, Clone, Copy)]
pub struct Account {
    /// The name to sign in with.
    pub username: &'static str,
    /// Who that is.
    pub who: &'static str,
    /// Who that is, in English.
    pub who_en: &'static str,
}

/// One account of each role, those of the ladder, and one of each further story.
pub const ACCOUNTS: &[Account] = &[
    Account { username: "admin", who: "七星区管理员", who_en: "administrator of the district" },
    Account { username: "collector", who: "甲社区网格员", who_en: "grid worker of a community" },
    Account { username: "reviewer", who: "街道审核人", who_en: "reviewer of the subdistrict" },
    Account { username: "coordinator", who: "七星区协调员", who_en: "coordinator of the district" },
    Account { username: "auditor", who: "七星区监督员", who_en: "auditor of the district" },
    Account {
        username: "officer",
        who: "七星区儿童个人信息负责人",
        who_en: "child-data officer of the district",
    },
    Account {
        username: "manager", who: "区机关党支部联系人", who_en: "contact of a claiming party branch"
    },
    Account { username: "village", who: "王家村妇联主席", who_en: "village federation chair" },
    Account {
        username: "city", who: "怀化市妇联协调员", who_en: "coordinator of the city federation"
    },
    Account {
        username: "centre",
        who: "市公共资源交易中心联系人",
        who_en: "contact of the city's trading centre",
    },
    Account {
        username: "xinhuang",
        who: "新晃县协调员（善款、礼包）",
        who_en: "coordinator of Xinhuang county (pool, packs)",
    },
    Account {
        username: "youzha",
        who: "油榨社区协调员（圈子、结对）",
        who_en: "coordinator of Youzha community (circle, pairing)",
    },
    Account {
        username: "jiayuan",
        who: "甲院片区协调员（应急响应）",
        who_en: "coordinator around Jiayuan community (emergency call)",
    },
];
