"""The words by which targets and results of quality objectives are read, folded; a table."""

AT_LEAST = (
    "tu",
    "toi thieu",
    "it nhat",
    "khong duoi",
    "khong thap hon",
    "khong it hon",
    "khong kem",
    "dat tu",
    "dat",
    "du",
    "duy tri",
    ">=",
    "≥",
)
MORE = ("tren", "hon", "lon hon", "cao hon", "nhieu hon", "vuot", "vuot qua", ">")
AT_MOST = (
    "khong qua",
    "khong vuot qua",
    "khong vuot",
    "khong hon",
    "khong lon hon",
    "khong cao hon",
    "khong nhieu hon",
    "khong tren",
    "toi da",
    "nhieu nhat",
    "cao nhat",
    "trong vong",
    "trong",
    "giam con",
    "con",
    "<=",
    "≤",
)
LESS = ("duoi", "it hon", "nho hon", "thap hon", "chua den", "<")
EXACTLY = ("bang", "dung", "=")
UPWARDS, DOWNWARDS = ("tro len", "den tren"), ("tro xuong", "tro lai")
THROUGH = ("den", "toi", "-", "–")
NONE = ("khong co", "khong de xay ra", "khong xay ra", "khong phat sinh", "khong con", "khong de")
"""Targets that nothing of a kind happens; as a result, that nothing did."""

TIMES = ("ngay", "gio", "phut", "tuan", "thang", "nam", "giay")
"""Units in which a bare number does not say whether more or less is wanted."""

FALLS, RISES = ("giam",), ("tang",)
PER_CENT = ("%", "phan tram")
DELIVERED = (
    "ban hanh",
    "hoan thanh",
    "xay dung",
    "dua vao",
    "duoc cap",
    "duoc chung nhan",
    "trien khai",
    "lap dat",
    "to chuc",
    "van hanh",
    "so hoa",
    "phe duyet",
    "cong bo",
    "sua doi",
    "mua sam",
    "ket noi",
    "nghiem thu",
    "trinh",
    "ra mat",
    "bo tri",
    "lap",
    "niem yet",
    "cong khai",
    "co",
    "dat chung nhan",
    "nop",
    "cap nhat",
    "ra soat",
    "xong",
    "thuc hien xong",
)
VAGUE = (
    "nang cao",
    "tang cuong",
    "cai thien",
    "day manh",
    "tiep tuc",
    "tot hon",
    "tot nhat",
    "kip thoi",
    "phan dau",
    "no luc",
    "dam bao chat luong",
    "hieu qua hon",
    "ngay cang",
    "chat luong hon",
)
DONE = ("da", "hoan thanh", "xong", "dat", "co", "roi", "du")
UNDONE = (
    "chua",
    "khong hoan thanh",
    "khong dat",
    "khong thuc hien",
    "khong trien khai",
    "khong ban hanh",
    "khong lam",
    "khong kip",
    "dang",
    "mot phan",
)
NOT_ARISEN = ("khong phat sinh", "khong co phat sinh", "khong co ho so", "chua phat sinh")
QUARTERS = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4}
