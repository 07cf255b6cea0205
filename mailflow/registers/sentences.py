"""The sentences in which a register's keeper is told what was not taken up; tables."""

from collections.abc import Mapping

from workbook_sync.errors import Reason

CLEARED = "(xóa trống)"
SENTENCES: Mapping[str, tuple[str, str]] = {
    "not_here": (
        "Ô này ghi lại bước đã làm, hoặc bước chưa đến, nên giá trị cũ được trả lại.",
        "Cần đính chính hay bổ sung: trả lời thư của phiếu này.",
    ),
    "disposed": (
        "Hồ sơ của phiếu này đã hết thời hạn lưu và đã hủy (mục VII), nên giá trị cũ được trả lại.",
        "Nếu là việc mới: ghi vào một dòng mới, để trống cột Mã.",
    ),
    "held": (
        "{act}: việc này của {person}, nên chương trình đã gửi thư hỏi {person}. Đang chờ xác "
        "nhận; các ô được giữ nguyên, chưa thực hiện.",
        "Không cần làm gì thêm. Muốn thôi: xóa các ô vừa gõ.",
    ),
    "over": (
        "{act}: {person} không xác nhận, hoặc phiếu đã có việc khác trước đó. Việc này không "
        "được thực hiện; giá trị cũ được trả lại.",
        "Trao đổi với {person} rồi ghi lại nếu vẫn cần.",
    ),
    "lacking": (
        "{act}: còn thiếu {missing}. Phần đã ghi được giữ nguyên, chưa thực hiện.",
        "Ghi thêm: {missing}.",
    ),
    "system": ("Cột này do chương trình tự ghi; giá trị đúng đã được ghi lại.", ""),
    "clash": (
        "Cùng lúc đó hồ sơ nhận giá trị khác: “{ours}”. Sổ theo giá trị của hồ sơ.",
        "Nếu điều anh/chị ghi mới đúng: trả lời thư của phiếu này.",
    ),
    "clash_kept": (
        "Bản sổ mới hơn ghi “{ours}” ở ô này. Sổ giữ điều anh/chị vừa ghi.",
        "Nếu cần cả hai: chép lại giá trị kia vào ô.",
    ),
    "dated": (
        "Bước này được ghi nhận vào ngày {ours}, ngày chương trình đọc thấy trong sổ.",
        "Ngày đã gõ được giữ ở dòng này.",
    ),
    "duplicate": (
        "Mã này đã có ở dòng {kept}; dòng chép thêm không được ghi nhận.",
        "Xóa dòng này; nếu là việc mới thì xóa ô Mã của dòng này.",
    ),
    "restored": ("Ô Mã bị sửa hoặc xóa; dòng được nhận ra theo các ô khác, mã đã ghi lại.", ""),
    "missing": (
        "Dòng của phiếu này không còn trong sổ. Phiếu vẫn còn nguyên trong hồ sơ.",
        "Nếu xóa nhầm: dán mã vào cột Mã của một dòng trống, chương trình ghi lại cả dòng.",
    ),
    "gone": ("Không tìm thấy phiếu này trong hồ sơ.", "Báo người quản trị chương trình."),
    "unknown": ("", "Sửa ô Mã; việc mới thì xóa ô Mã."),
    "no_column": (
        "Sổ không còn cột này nên chương trình không ghi được.",
        "Thêm lại đúng tên cột.",
    ),
    "column_twice": (
        "Có hai cột cùng tên này, nên chương trình không đọc và không ghi cột nào trong hai cột.",
        "Đổi tên hoặc bỏ một cột.",
    ),
    "renamed": (
        "Cột này nay mang tên “{now}”; theo nội dung các ô, chương trình vẫn hiểu và ghi vào đó.",
        "Nếu không phải vậy: thêm lại cột đúng tên cũ.",
    ),
    "unread": (
        "Ô có lỗi hoặc công thức chưa có kết quả, nên chương trình coi như ô này không nói gì; "
        "giá trị trong hồ sơ giữ nguyên.",
        "Gõ giá trị vào ô thay cho công thức.",
    ),
    "signed": (
        "Các dòng này ở cuối sổ trông như phần ký tên, nên chương trình không đọc.",
        "Nếu là việc cần ghi: gõ vào dòng trống đầu tiên dưới bảng.",
    ),
    "twin": (
        "“{other}” cũng có các cột của sổ. Chương trình chỉ đọc và ghi ở trang “{sheet}”.",
        "Ghi vào trang “{sheet}”; bản kia xem xong thì xóa hoặc chuyển đi nơi khác.",
    ),
    "not_writable": (
        "Chương trình không ghi được giá trị “{ours}” vào ô này: {why}.",
        "Bỏ gộp ô, công thức hoặc phần chắn chỗ; chương trình sẽ ghi lại.",
    ),
    "stopped": (
        "{count} dòng cùng lúc không còn trong sổ, nên chương trình dừng, không ghi gì.",
        "Lấy lại bản sổ trước đó; nếu bỏ là có chủ ý thì trả lời “Đúng” thư của chương trình.",
    ),
    "no_notes": (
        "Không ghi được vào trang Đồng bộ: {why}. Những điều chưa ghi nhận chỉ có trong thư này.",
        "Trả lại trang Đồng bộ như cũ, hoặc bỏ phần đang chắn dưới bảng.",
    ),
    "made_again": (
        "Không còn thấy tệp {file}, nên chương trình đã lập lại sổ từ hồ sơ.",
        "Tìm thấy tệp cũ thì để đè lên; cột tự thêm và màu sắc chỉ có trong tệp cũ.",
    ),
    "other_register": (
        "Tệp này là một sổ khác của cơ quan ({other}).",
        "Để đúng tệp vào chỗ của sổ này.",
    ),
    "copy": (
        "Thấy một bản sao của sổ. Chương trình chỉ đọc, không ghi vào và không xóa nó: đã nhận "
        "{taken} ô, còn {left} điều chưa nhận ghi ở các dòng cùng tên tệp.",
        "Chỉ ghi vào sổ chính. Xem xong thì xóa hoặc chuyển bản sao đi nơi khác.",
    ),
    "other_format": (
        "Thấy tệp {file} cạnh sổ, không phải dạng .xlsx. Chương trình chỉ đọc một lần, không nhận "
        "gì từ tệp này; {left} điều khác với sổ ghi ở các dòng cùng tên tệp.",
        "Nếu điều nào đúng: ghi vào sổ chính. Lần sau xin lưu tệp dạng .xlsx.",
    ),
    "other_unread": (
        "Thấy tệp {file} cạnh sổ, không phải dạng .xlsx và không đọc được: {why}.",
        "Xin lưu lại tệp dạng .xlsx, không mật khẩu, rồi ghi vào sổ chính.",
    ),
    "copy_more": (
        "Bản sao còn nhiều điều khác với sổ; chỉ {most} điều đầu được ghi ra đây.",
        "Mở bản sao bên cạnh sổ để so các dòng còn lại.",
    ),
    "copy_row": (
        "Dòng này của bản sao không ghi vào phiếu nào được như nó đang có.",
        "Cần thì chép các ô ghi bên cạnh vào sổ chính.",
    ),
    "copy_differs": (
        "Bản sao ghi khác: hồ sơ và sổ đang có “{ours}”, giá trị này được giữ.",
        "Nếu điều ghi ở bản sao mới đúng: ghi lại vào sổ chính.",
    ),
    "proposed": (
        "Bản sao không còn dấu của sổ, nên điều này chỉ là đề nghị; sổ đang có “{ours}”.",
        "Nếu đúng: ghi vào sổ chính.",
    ),
    "own_column": (
        "Cột này của người giữ sổ; bản gửi bằng thư không ghi vào đó. Sổ đang có “{ours}”.",
        "Nếu cần: ghi vào sổ chính.",
    ),
    "reporter": (
        "Dòng mới ghi người phát hiện là {person}; anh/chị chỉ lập phiếu với tên mình.",
        "Mời {person} gửi thư, hoặc nhờ người giữ sổ ghi.",
    ),
    "belongs": (
        "{act}: việc này của {person}; ghi ở bản sao thì chương trình không hỏi thay được.",
        "Ghi vào sổ chính để chương trình hỏi {person}, hoặc mời {person} trả lời thư.",
    ),
    "not_here_objective": (
        "Ô này ghi lại bước đã làm, hoặc bước chưa đến: dòng mới nhận kết quả sau khi kế hoạch có "
        "dòng ấy được phê duyệt; năm, đơn vị của dòng đã có thì không đổi.",
        "Cần đính chính: trả lời thư về mục tiêu của đơn vị.",
    ),
    "line_gone": (
        "Kế hoạch không có, hoặc không còn mục tiêu này; giá trị cũ được trả lại.",
        "Xóa dòng này. Cần thêm lại: gõ vào dòng mới, để trống cột Mã.",
    ),
    "not_cleared": (
        "Ô đã ghi nhận thì sửa được bằng giá trị khác, không bỏ trống; giá trị cũ được trả lại.",
        "Ghi giá trị đúng, hoặc “không” nếu không có.",
    ),
    "no_plan": (
        "Chưa có hồ sơ mục tiêu{year} của “{unit}” trong sổ này để nhận dòng mới. Dòng được giữ "
        "nguyên, chưa thực hiện.",
        "Xem lại ô Đơn vị và ô Năm.",
    ),
    "clash_objectives": (
        "Cùng lúc đó hồ sơ nhận giá trị khác: “{ours}”. Sổ theo giá trị của hồ sơ.",
        "Nếu điều anh/chị ghi mới đúng: ghi lại vào ô, hoặc trả lời thư về mục tiêu của đơn vị.",
    ),
    "missing_objectives": (
        "Dòng của mục tiêu này không còn trong sổ. Mục tiêu vẫn còn nguyên trong hồ sơ.",
        "Nếu xóa nhầm: dán mã vào cột Mã của một dòng trống, chương trình ghi lại cả dòng. Kế "
        "hoạch chỉ bỏ mục tiêu khi được điều chỉnh.",
    ),
    "gone_objectives": (
        "Không tìm thấy mục tiêu này trong hồ sơ.",
        "Báo người quản trị chương trình.",
    ),
    "unknown_objectives": ("", "Sửa ô Mã; mục tiêu mới thì xóa ô Mã."),
    "duplicate_objectives": (
        "Mã này đã có ở dòng {kept}; dòng chép thêm không được ghi nhận.",
        "Xóa dòng này; nếu là mục tiêu mới thì xóa ô Mã của dòng này.",
    ),
    "disposed_objectives": (
        "Hồ sơ mục tiêu của năm này đã hết thời hạn lưu và đã hủy (mục VII), nên giá trị cũ được "
        "trả lại.",
        "Mục tiêu mới: ghi vào một dòng mới, để trống cột Mã.",
    ),
    "sheet_refused": (
        "Sổ chưa có trang “{sheet}” và chương trình không tự thêm được: {why}. Mọi việc khác trong "
        "sổ vẫn chạy như trước.",
        "Đổi tên trang cùng tên nếu có. Hoặc gửi chương trình thư “Gửi sổ theo dõi” để nhận bản sổ "
        "có trang này, rồi chép trang ấy vào sổ.",
    ),
    "no_sheet": (
        "Sổ không còn trang “{sheet}”, nên chương trình không ghi được mục tiêu vào sổ. Hồ sơ mục "
        "tiêu vẫn còn nguyên.",
        "Chép lại trang này từ bản sổ lưu trước đó, giữ hàng đầu đề.",
    ),
    "unreadable": (
        "Không đọc được sổ: {why}.",
        "Lưu lại tệp dạng .xlsx, không mật khẩu, giữ trang Phiếu và hàng đầu đề.",
    ),
}
WHY_NOT: Mapping[Reason, str] = {
    Reason.ENCRYPTED: "tệp có mật khẩu",
    Reason.OLD_FORMAT: "tệp dạng .xls cũ",
    Reason.OTHER_FORMAT: "tệp dạng khác (.ods, .xlsb)",
    Reason.WEB_PAGE: "tệp là trang web, không phải bảng tính",
    Reason.SIGNED: "tệp có chữ ký số, ghi vào sẽ làm mất chữ ký",
    Reason.TOO_BIG: "tệp quá lớn",
    Reason.NO_TABLE: "không thấy bảng của sổ",
    Reason.NO_SHEET: "không còn trang này",
    Reason.SHEET_THERE: "sổ đã có một trang khác cùng tên",
    Reason.NO_COLUMN: "không thấy cột cần có",
    Reason.SAME_HEADER_TWICE: "có hai cột cùng tên",
    Reason.MERGED: "ô bị gộp",
    Reason.FORMULA: "ô có công thức",
    Reason.ARRAY: "ô thuộc công thức mảng",
    Reason.PIVOT: "ô thuộc bảng tổng hợp (pivot)",
    Reason.TOTALS: "bảng có hàng tổng",
    Reason.BELOW: "dưới bảng có nội dung khác",
    Reason.NOT_A_WORKBOOK: "tệp không phải bảng tính .xlsx",
    Reason.BAD_PACKAGE: "tệp hỏng",
    Reason.BAD_XML: "tệp hỏng",
    Reason.DOCTYPE: "tệp có phần khai báo không an toàn",
    Reason.BAD_ENCODING: "tệp dùng bảng mã không đọc được",
    Reason.UNUSUAL_XML: "trang có cấu trúc lạ, không ghi an toàn được",
    Reason.ROW_ORDER: "các dòng trong tệp không theo thứ tự",
    Reason.OUTSIDE: "ô nằm ngoài trang tính",
    Reason.HEADER: "ô thuộc hàng đầu đề",
    Reason.LINKED_TABLE: "bảng lấy dữ liệu từ nơi khác",
    Reason.BAD_VALUE: "giá trị không ghi được vào ô",
    Reason.BAD_DATE: "ngày ngoài phạm vi",
    Reason.BAD_CELL: "ô không đọc được",
    Reason.TWICE: "ô được ghi hai lần",
    Reason.NOT_PROVEN: "đọc lại sau khi ghi không khớp, tệp được giữ nguyên",
}
