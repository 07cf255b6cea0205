"""The sample agency: its units and people, all invented."""

from datetime import date

from mailflow.procedure.people import Person, Roster, StandIn, Unit
from mailflow.procedure.terms import Act, Role

DOMAIN = "ankhe.example"
AGENCY = "Sở Khoa học và Phát triển tỉnh An Khê"
PARENT = "Ủy ban nhân dân tỉnh An Khê"
MAILBOX = f"iso@{DOMAIN}"

BOARD_OF_DIRECTORS = "Ban Giám đốc"
OFFICE = "Văn phòng"
ONE_STOP = "Bộ phận Một cửa"
PLANNING = "Phòng Kế hoạch"
EXPERTISE = "Phòng Chuyên môn"


def _person(
    account: str,
    name: str,
    unit: str,
    position: str,
    *roles: Role,
) -> Person:
    address = f"{account}@{DOMAIN}"
    return Person(address, name, address, unit, position, frozenset({Role.STAFF, *roles}))


HEAD = _person("thanh.nv", "Nguyễn Văn Thành", BOARD_OF_DIRECTORS, "Giám đốc", Role.AGENCY_HEAD)
LEAD = _person("hanh.tt", "Trần Thị Hạnh", BOARD_OF_DIRECTORS, "Phó Giám đốc", Role.ISO_LEAD)
DEPUTY = _person("minh.lq", "Lê Quang Minh", BOARD_OF_DIRECTORS, "Phó Giám đốc")
SECRETARY = _person("huong.pt", "Phạm Thu Hương", OFFICE, "Thư ký ISO", Role.ISO_SECRETARY)
OFFICE_HEAD = _person(
    "cuong.dm", "Đỗ Mạnh Cường", OFFICE, "Chánh Văn phòng", Role.UNIT_HEAD, Role.ISO_MEMBER
)
AUDITOR = _person("an.lh", "Lý Hoài An", OFFICE, "Chuyên viên", Role.AUDITOR)
ONE_STOP_HEAD = _person("lan.vt", "Vũ Thị Lan", ONE_STOP, "Trưởng Bộ phận Một cửa", Role.UNIT_HEAD)
CLERK = _person("nam.hv", "Hoàng Văn Nam", ONE_STOP, "Chuyên viên")
COLLEAGUE = _person("bich.nt", "Ngô Thị Bích", ONE_STOP, "Chuyên viên")
PLANNING_HEAD = _person(
    "long.bd", "Bùi Đức Long", PLANNING, "Trưởng phòng", Role.UNIT_HEAD, Role.ISO_MEMBER
)
PLANNER = _person("mai.dt", "Đặng Thị Mai", PLANNING, "Chuyên viên")
EXPERT_HEAD = _person("son.pv", "Phan Văn Sơn", EXPERTISE, "Trưởng phòng", Role.UNIT_HEAD)
EXPERT = _person("yen.tt", "Trịnh Thị Yến", EXPERTISE, "Chuyên viên")

ROSTER = Roster(
    people=(
        HEAD,
        LEAD,
        DEPUTY,
        SECRETARY,
        OFFICE_HEAD,
        AUDITOR,
        ONE_STOP_HEAD,
        CLERK,
        COLLEAGUE,
        PLANNING_HEAD,
        PLANNER,
        EXPERT_HEAD,
        EXPERT,
    ),
    units=(
        Unit(BOARD_OF_DIRECTORS),
        Unit(OFFICE, ("VP",)),
        Unit(ONE_STOP, ("Phòng Một cửa", "Một cửa", "BPMC")),
        Unit(PLANNING, ("P. Kế hoạch", "PKH")),
        Unit(EXPERTISE, ("P. Chuyên môn", "PCM")),
    ),
    stand_ins=(
        StandIn(
            HEAD.id,
            DEPUTY.id,
            frozenset({Act.VERIFY}),
            date(2026, 1, 1),
            date(2026, 12, 31),
            "12/QĐ-SKHPT",
        ),
    ),
)

SETTINGS = {
    "parent": f'"{PARENT}"',
    "place": '"An Khê"',
    "short": '"SKHPT"',
    "owners": "{ "
    + ", ".join(
        f'{section} = "{who}"'
        for section, who in {
            "context": f"unit:{PLANNING}",
            "satisfaction": f"unit:{ONE_STOP}",
            "monitoring": f"unit:{ONE_STOP}",
            "audits": "auditor",
            "suppliers": f"unit:{OFFICE}",
            "resources": f"unit:{OFFICE}",
            "risks": f"unit:{OFFICE}",
        }.items()
    )
    + " }",
    "policy": '"Đúng pháp luật, đúng hẹn, lấy sự hài lòng của công dân làm thước đo."',
    "without": f'["{BOARD_OF_DIRECTORS}", "{OFFICE}"]',
}
"""What the agency sets in its `mailflow.toml`, as written there."""
