-- What claimants can do and wishes may need: an organisation's own list, inherited like its categories. A skill is its
-- word; what claimants and wishes held before there was a list stays as it is.
CREATE TABLE skills (
    organisation_id TEXT NOT NULL REFERENCES organisations (id),
    word TEXT NOT NULL,
    version BIGINT NOT NULL,
    name_en TEXT,
    sort INTEGER NOT NULL,
    active BOOLEAN NOT NULL,
    PRIMARY KEY (organisation_id, word)
);
-- Trees that are there already begin with what new ones begin with.
WITH seed (word, name_en, sort) AS (VALUES
    ('理发', 'Haircuts', 10),
    ('义诊', 'Medical advice', 20),
    ('护士', 'Nurse', 30),
    ('护理', 'Care', 40),
    ('心理疏导', 'Counselling', 50),
    ('法律咨询', 'Legal advice', 60),
    ('助学', 'Tutoring', 70),
    ('走访', 'Visits', 80),
    ('陪伴', 'Company', 90),
    ('电工', 'Electrician', 100),
    ('水管', 'Plumber', 110),
    ('木工', 'Carpenter', 120),
    ('家电', 'Appliances', 130),
    ('手机电脑', 'Phones and computers', 140),
    ('保洁', 'Cleaning', 150),
    ('做饭', 'Cooking', 160),
    ('缝补', 'Sewing', 170),
    ('搬运', 'Moving things', 180),
    ('运送', 'Driving', 190),
    ('农活', 'Farm work', 200),
    ('手语', 'Sign language', 210),
    ('摄影', 'Photography', 220)
)
INSERT INTO skills (organisation_id, word, version, name_en, sort, active)
SELECT organisations.id, seed.word, 1, seed.name_en, seed.sort, TRUE
FROM organisations CROSS JOIN seed
WHERE organisations.parent_id IS NULL;
