"""What the register's sheet `Hướng dẫn` says; a table."""

HELP = (
    "Sổ này do người giữ sổ và chương trình cùng ghi. Mỗi phút chương trình đọc những gì đã lưu, "
    "nhưng chỉ ghi vào sổ khi không ai đang mở: xin lưu và đóng tệp khi làm xong.",
    "Thêm phiếu mới: gõ vào dòng trống đầu tiên dưới bảng, để trống cột Mã; ghi ít nhất Loại, "
    "Người phát hiện và Nội dung. Chương trình ghi mã, số phiếu và gửi thư cho người phát "
    "hiện.",
    "Cột đầu đề xám là của chương trình. Nếu gõ vào đó, chương trình ghi lại giá trị của mình.",
    "Cột đầu đề xanh ghi lại các bước của quy trình. Điền đủ các ô của một bước mà anh/chị có "
    "quyền làm thì bước đó được thực hiện, như khi trả lời thư. Ô đã ghi của bước trước thì "
    "không sửa.",
    "Các bước ghi được ở đây: chuyển đơn vị (Đơn vị, Ghi chú); xác định hình thức xử lý; báo "
    "kết quả xử lý (Kết quả xử lý, Bằng chứng); xác định nhu cầu (Cần HĐKP, Dấu hiệu/lý do); "
    "trình (Ngày trình); chỉ đạo, phân công; phê duyệt (Người triển khai, Hạn hoàn thành); báo "
    "tiến độ; báo hoàn thành; kiểm tra xác nhận; đóng phiếu (Bằng chứng, Ngày đóng).",
    "Cột Ghi chú và các cột anh/chị tự thêm là của anh/chị: chương trình giữ nguyên.",
    "Điều gì chương trình không ghi nhận được thì có một dòng ở trang Đồng bộ, kèm lý do và "
    "cách xử lý, và một thư gửi người giữ sổ. Xong dòng nào thì xóa dòng ấy: điều còn lại được kể "
    "trong tài liệu xem xét của lãnh đạo.",
    "Sắp xếp, lọc, ẩn cột, tô màu: tùy ý. Đừng đổi tên các cột có sẵn và đừng xóa dòng: phiếu "
    "không mất đi khi xóa dòng, chương trình chỉ hỏi lại.",
    "Việc của người khác mà anh/chị ghi hộ: các ô được giữ nguyên, chương trình hỏi người đó bằng "
    "thư và chỉ thực hiện khi người đó trả lời “Đúng”.",
    "Bản sao của sổ, để cùng thư mục hoặc gửi kèm thư, vẫn được đọc: điều mới được nhận, điều khác "
    "với sổ được báo lại. Chương trình không bao giờ ghi vào bản sao.",
    "Màu dòng: đỏ là bước đang làm đã quá hạn; vàng là còn không quá hai ngày; xám là đã kết thúc. "
    "Ở trang Mục tiêu, ô Mục tiêu và ô Đánh giá: xanh là đạt, đỏ là không đạt, vàng là có nguy cơ.",
    "Trang Mục tiêu: mỗi dòng một mục tiêu của kế hoạch năm (Phụ lục 3). Thêm mục tiêu: gõ vào "
    "dòng trống đầu tiên, để trống cột Mã, ghi Đơn vị, Mục tiêu, Chỉ tiêu. Kế hoạch đang lập: khi "
    "đã đủ thì ghi Ngày trình ở một dòng. Kế hoạch đang có hiệu lực: thêm hay sửa thì ghi Lý do.",
    "Kết quả của mục tiêu: ghi vào T1 đến T12 kết quả riêng của tháng. Tỷ lệ ghi tử/mẫu (45/50) và "
    "số đếm thì chương trình cộng dồn từ đầu năm vào các cột Quý; loại khác thì quý lấy số của "
    "tháng gần nhất. Gõ thẳng vào cột Quý thì lấy số đã gõ, cho đến khi ghi thêm tháng của quý ấy.",
    "Đánh giá cuối năm: ghi Kết quả năm của mọi mục tiêu trong kế hoạch, mục tiêu không đạt ghi cả "
    "Nguyên nhân, Hành động, rồi ghi Ngày đánh giá ở một dòng. Phê duyệt, chấp nhận: ghi ngày vào "
    "cột tương ứng. Mục tiêu không đạt: chọn ở cột Xử lý không đạt.",
)
