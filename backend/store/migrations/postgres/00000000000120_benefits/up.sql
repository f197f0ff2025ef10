-- What a household may be owed already: an organisation's own list, inherited by those below it.
CREATE TABLE benefits (
    organisation_id TEXT COLLATE "C" NOT NULL REFERENCES organisations (id),
    word TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    name_en TEXT COLLATE "C",
    hint TEXT COLLATE "C" NOT NULL,
    office TEXT COLLATE "C" NOT NULL,
    sort INTEGER NOT NULL,
    active BOOLEAN NOT NULL,
    PRIMARY KEY (organisation_id, word)
);
-- Trees that are there already begin with what new ones begin with.
WITH seed (word, name_en, hint, office, sort) AS (VALUES
    ('低保', 'Subsistence allowance', '全家人均月收入低于当地低保线，或有重病、重残的人', '民政部门', 10),
    ('特困供养', 'Support for the destitute', '没有劳动能力、没有收入、没有人赡养或抚养', '民政部门', 20),
    ('临时救助', 'Temporary assistance', '突发火灾、车祸、重病，一时过不下去', '乡镇（街道）', 30),
    ('医疗救助', 'Medical assistance', '住院或长期吃药，报销后自付还是很重', '医保部门', 40),
    ('高龄津贴', 'Old-age allowance', '年满 80 岁', '民政部门', 50),
    ('残疾人两项补贴', 'Disability allowances', '低保家庭的残疾人，或一二级重度残疾人', '民政部门', 60),
    ('残疾人辅具', 'Assistive devices', '持证残疾人需要轮椅、助听器、假肢', '残联', 70),
    ('困境儿童保障', 'Support for children in difficulty', '父母重残、重病、失联、服刑，或孩子自己重病重残', '民政部门', 80),
    ('教育资助', 'Student aid', '家里有上学的孩子，学费、生活费有困难', '教育部门', 90),
    ('危房改造', 'Repair of unsafe housing', '唯一的住房漏雨、开裂、被鉴定为危房', '住建部门', 100)
)
INSERT INTO benefits (organisation_id, word, version, name_en, hint, office, sort, active)
SELECT organisations.id, seed.word, 1, seed.name_en, seed.hint, seed.office, seed.sort, TRUE
FROM organisations CROSS JOIN seed
WHERE organisations.parent_id IS NULL;
