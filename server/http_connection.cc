#include "server/http_connection.h"

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <exception>
#include <tuple>
#include <utility>

#include "server/await_word.h"
#include "server/problem.h"

namespace kinledger::server {

namespace asio = boost::asio;
using boost::system::error_code;
using ledger::Reason;
using tcp = asio::ip::tcp;

namespace {

constexpr std::size_t read_bytes = 4096;
/// By how much a body grows, so that a length that is only said takes no memory.
constexpr std::size_t body_read_bytes = std::size_t{64} << 10;
constexpr std::size_t mebibyte = std::size_t{1} << 20;
/// What a refused client may still send while it is being told.
constexpr std::size_t drained_bytes_max = mebibyte;

HttpResponse response_of(const HttpFault& fault) {
  return fault.status == 503 ? not_now(fault.reason) : problem(fault.status, fault.reason);
}

HttpResponse internal_error() {
  return problem(500, Reason("SERVER_FAILED", "服务出错，请通知账本运维人员",
                             "the server failed: tell the ledger's operator"));
}

HttpResponse too_many_streams() {
  return not_now(Reason("STREAMS_FULL", "事件流过多，请稍后重试",
                        "too many streams are under way: try again later"));
}

HttpResponse queue_too_long() {
  return not_now(Reason("QUEUE_TOO_LONG", "排队过久，尚未开始办理；请稍后用同样的内容重试",
                        "this waited too long and was not begun: try again later with the same "
                        "content"));
}

/// What had to be durable before the answer is not.
HttpResponse not_recorded() {
  return not_now(Reason("NOT_RECORDED", "此次查阅未能登记，不能答复；请稍后重试",
                        "this request could not be recorded, and is not answered: try again "
                        "later"));
}

HttpFault not_well_formed() {
  return {400, {"HTTP_FORMAT", "不是合乎格式的 HTTP 请求", "not a well-formed HTTP request"}};
}

HttpFault head_too_long() {
  return {431, {"HEAD_TOO_LONG", "请求头过长", "the head of the request is too long"}};
}

HttpFault too_slow() {
  return {408, {"TOO_SLOW", "请求未在规定时间内到齐", "the request did not arrive in time"}};
}

HttpFault certificate_not_good() {
  return {
      403,
      {"CERTIFICATE_NOT_GOOD", "证书已过期或已吊销", "the certificate has expired or was revoked"}};
}

HttpFault bodies_full() {
  return {503,
          {"BODIES_FULL", "正在上传的内容过多，请稍后重试",
           "too much is being sent to the server: try again later"}};
}

HttpResponse answers_full() {
  return not_now(Reason("ANSWERS_FULL", "待发送的答复过多，请稍后重试",
                        "too much waits to be sent to others: try again later"));
}

std::chrono::milliseconds body_deadline(const HttpDeadlines& deadlines, std::size_t body_bytes) {
  return deadlines.body +
         deadlines.body_mebibyte * static_cast<std::int64_t>(body_bytes / mebibyte);
}

/// One of the streams that may be under way.
class StreamPlace {
 public:
  explicit StreamPlace(std::size_t& taken) : taken_(taken) { ++taken_; }
  ~StreamPlace() { --taken_; }
  StreamPlace(const StreamPlace&) = delete;
  StreamPlace& operator=(const StreamPlace&) = delete;

 private:
  std::size_t& taken_;
};

HeadRules rules_of(const HttpOptions& options) {
  if (options.body_bytes_max_of) return {options.hosts, options.body_bytes_max_of};
  return {options.hosts,
          [same = options.body_bytes_max](std::string_view, std::string_view) { return same; }};
}

/// Bodies up to this are bounded by the number of connections.
constexpr std::size_t small_body_bytes = std::size_t{64} << 10;

std::size_t counted_bytes(std::size_t body) { return body > small_body_bytes ? body : 0; }

/// Counts a body as long as it is held.
class BodyRoom {
 public:
  BodyRoom(std::size_t& total, std::size_t bytes) : total_(total), bytes_(bytes) {
    total_ += bytes_;
  }
  ~BodyRoom() { total_ -= bytes_; }
  BodyRoom(const BodyRoom&) = delete;
  BodyRoom& operator=(const BodyRoom&) = delete;

 private:
  std::size_t& total_;
  const std::size_t bytes_;
};

}  // namespace

HttpShared::HttpShared(HttpOptions with, HttpHandler answers)
    : options(std::move(with)), handler(std::move(answers)), rules(rules_of(options)) {
  for (const auto& lane : options.lanes) lanes.emplace_back(io, lane);
}

HttpConnection::HttpConnection(tcp::socket socket, HttpShared& shared)
    : shared_(shared),
      stream_(std::move(socket), shared.options.tls.get()),
      writer_(stream_, shared.options.deadlines.write, shared.options.deadlines.body_mebibyte),
      alarm_(shared.io) {
  // A chunk does not wait until the client has acknowledged the one before.
  error_code ignored;
  stream_.socket().set_option(tcp::no_delay(true), ignored);
}

asio::awaitable<void> HttpConnection::converse() {
  wait_for(Waits::request);
  stream_.expires_after(shared_.options.deadlines.head);
  if (!co_await stream_.shake_hands()) co_return;
  bool is_first = true;
  while (co_await answer_one(is_first)) is_first = false;
  stream_.expires_after(shared_.options.deadlines.linger);
  co_await stream_.end();
}

void HttpConnection::wait_for(Waits what) {
  waits_ = is_turned_out_ ? Waits::nothing : what;
  waits_since_ = std::chrono::steady_clock::now();
}

void HttpConnection::turn_out() {
  is_turned_out_ = true;
  is_newcomer_ = false;
  waits_ = Waits::nothing;
  error_code ignored;
  stream_.socket().close(ignored);
}

void HttpConnection::ring() { alarm_.expires_after(std::chrono::milliseconds(0)); }

void HttpConnection::stop() {
  if (!has_request_) stream_.cancel();
  alarm_.expires_after(std::chrono::milliseconds(0));
}

asio::awaitable<bool> HttpConnection::answer_one(bool is_first) {
  HeadScan scan;
  if (!is_first) wait_for(Waits::request);
  if (shared_.is_stopping || !co_await read_whole_head(is_first, scan)) co_return false;
  waits_ = Waits::nothing;
  has_request_ = true;
  is_newcomer_ = false;
  if (scan.found == HeadScan::Found::never) co_return co_await refuse(not_well_formed());
  if (scan.found == HeadScan::Found::not_yet) co_return co_await refuse(head_too_long());
  auto head = read_head(std::string_view(arrived_).substr(0, scan.bytes), shared_.rules);
  if (!head) co_return co_await refuse(head.error());
  arrived_.erase(0, scan.bytes);
  if (const auto* peer = stream_.peer()) head->request.certificate = peer->fingerprint();
  if (!stream_.is_trusted()) co_return co_await refuse(certificate_not_good());
  const auto counted = counted_bytes(head->body_bytes);
  if (counted > shared_.options.bodies_bytes_max - shared_.bodies_bytes)
    co_return co_await refuse(bodies_full());
  auto& lane = lane_of(head->request);
  HttpResponse response;
  {
    const BodyRoom taken(shared_.bodies_bytes, counted);
    wait_for(Waits::body);
    if (!co_await read_body(*head)) co_return false;
    waits_ = Waits::nothing;
    response = co_await handle(head->request, lane);
    head->request = {};  // a stream may go on for long
  }
  const auto told = std::move(response.told);
  // It is held until the record of it is durable and a slow client has taken it.
  auto held = counted_bytes(response.body.size());
  if (held > shared_.options.answers_bytes_max - shared_.answers_bytes) {
    response = answers_full();
    held = 0;
  }
  const BodyRoom waits(shared_.answers_bytes, held);
  response = co_await settle(std::move(response));
  if (response.stream && shared_.streams >= shared_.options.streams_max)
    response = too_many_streams();
  if (told) told(response.status);
  const HttpWriter::Manner manner{head->is_head, head->keep_alive && !shared_.is_stopping};
  const bool goes_on = co_await answer(std::move(response), manner, lane);
  has_request_ = false;
  co_return goes_on;
}

/// Until the head has its end, cannot have one, or is too long.
asio::awaitable<bool> HttpConnection::read_whole_head(bool is_first, HeadScan& scan) {
  const auto& deadlines = shared_.options.deadlines;
  // A new connection has one deadline for all of its first head.
  if (arrived_.empty()) {
    if (!is_first) stream_.expires_after(deadlines.idle);
    if (co_await read_some() != Read::End::some) co_return false;
  }
  if (!is_first) stream_.expires_after(deadlines.head);
  while (true) {
    scan = scan_head(std::string_view(arrived_).substr(0, http_head_bytes_max));
    if (scan.found != HeadScan::Found::not_yet || arrived_.size() >= http_head_bytes_max)
      co_return true;
    if (shared_.is_stopping) co_return false;
    const auto end = co_await read_some();
    if (end == Read::End::too_late) co_return co_await refuse(too_slow());
    if (end == Read::End::closed) co_return false;
  }
}

asio::awaitable<HttpConnection::Read> HttpConnection::read_in_time(asio::mutable_buffer into) {
  const auto [error, count] = co_await stream_.async_read_some(into, completes);
  if (!error) co_return Read{Read::End::some, count};
  co_return Read{stream_.is_late() ? Read::End::too_late : Read::End::closed, 0};
}

asio::awaitable<HttpConnection::Read::End> HttpConnection::read_some() {
  const auto before = arrived_.size();
  arrived_.resize(before + read_bytes);
  const auto read = co_await read_in_time(asio::buffer(arrived_.data() + before, read_bytes));
  arrived_.resize(before + read.bytes);
  co_return read.end;
}

asio::awaitable<bool> HttpConnection::read_body(HttpHead& head) {
  auto& body = head.request.body;
  body = arrived_.substr(0, head.body_bytes);
  arrived_.erase(0, body.size());
  if (head.wants_continue && body.size() < head.body_bytes)
    if (!co_await writer_.write_continue()) co_return false;
  stream_.expires_after(body_deadline(shared_.options.deadlines, head.body_bytes));
  while (body.size() < head.body_bytes) {
    const auto before = body.size();
    body.resize(std::min(head.body_bytes, before + body_read_bytes));
    const auto read =
        co_await read_in_time(asio::buffer(body.data() + before, body.size() - before));
    if (read.end == Read::End::too_late) co_return co_await refuse(too_slow());
    if (read.end == Read::End::closed) co_return false;
    body.resize(before + read.bytes);
  }
  co_return true;
}

HttpLane& HttpConnection::lane_of(const HttpRequest& request) {
  const auto& number_of = shared_.options.lane_of;
  return shared_.lanes[number_of ? number_of(request.method, request.target) : 0];
}

asio::awaitable<HttpResponse> HttpConnection::handle(const HttpRequest& request, HttpLane& lane) {
  const auto& warn = shared_.options.warn;
  auto response = queue_too_long();
  response.told = shared_.options.refused;
  const auto work = [&] {
    try {
      response = shared_.handler(request);
    } catch (const std::exception& exception) {
      warn(exception.what());
      response = internal_error();
      response.told = shared_.options.refused;
    }
  };
  (void)co_await lane.run(work, shared_.options.deadlines.queue);
  const bool is_sendable = is_field({"content-type", response.content_type}) &&
                           std::ranges::all_of(response.fields, is_field);
  if (is_sendable) co_return response;
  warn("a response had a control character in a header field");
  co_return internal_error();
}

/// Holds an answer back until what has to be durable before it is.
asio::awaitable<HttpResponse> HttpConnection::settle(HttpResponse response) {
  if (!response.held_back) co_return response;
  const auto hold = std::move(response.held_back);
  const bool may_leave = co_await await_word(stream_.get_executor(), hold);
  co_return may_leave ? std::move(response) : not_recorded();
}

asio::awaitable<bool> HttpConnection::answer(HttpResponse response, HttpWriter::Manner manner,
                                             HttpLane& lane) {
  if (response.stream) co_return co_await send_stream(std::move(response), manner, lane);
  wait_for(Waits::taking);
  const bool is_sent = co_await writer_.write(std::move(response), manner);
  waits_ = Waits::nothing;
  if (!manner.keep_alive) co_return false;
  co_return is_sent;
}

/// Tells why, and waits for the client to have read it: closing at once, with bytes of its request
/// unread, would take the answer away from it.
asio::awaitable<bool> HttpConnection::refuse(HttpFault fault) {
  shared_.options.refused(fault.status);
  wait_for(Waits::taking);
  (void)co_await writer_.write(response_of(fault), {false, false});
  error_code error;
  stream_.socket().shutdown(tcp::socket::shutdown_send, error);
  stream_.expires_after(shared_.options.deadlines.linger);
  std::array<char, read_bytes> dropped;
  for (std::size_t bytes = 0; !error && bytes < drained_bytes_max;) {
    std::size_t count = 0;
    std::tie(error, count) = co_await stream_.async_read_some(asio::buffer(dropped), completes);
    bytes += count;
  }
  co_return false;
}

asio::awaitable<bool> HttpConnection::send_stream(HttpResponse response, HttpWriter::Manner manner,
                                                  HttpLane& lane) {
  const StreamPlace place(shared_.streams);
  auto& stream = *response.stream;
  if (!co_await writer_.write_head(response, manner)) co_return false;
  if (manner.is_head) co_return manner.keep_alive;
  using namespace asio::experimental::awaitable_operators;
  auto heard = shared_.rings;
  auto piece = co_await ask(stream, lane);
  while (true) {
    if (!piece || !stream_.is_trusted()) co_return false;
    if (piece->is_last) {
      if (!piece->bytes.empty() && !co_await writer_.write_chunk(piece->bytes)) co_return false;
      co_return co_await writer_.write_last_chunk() && manner.keep_alive;
    }
    // What rang while the stream was asked may be news that it did not see.
    const bool waits = piece->bytes.empty() && heard == shared_.rings && !shared_.is_stopping;
    if (waits && !co_await wait_for_news(stream.patience)) co_return false;
    heard = shared_.rings;
    if (piece->bytes.empty()) {
      piece = co_await ask(stream, lane);
      continue;
    }
    // The next piece is made while this one is sent: there are two at most.
    auto [is_sent, next] = co_await (writer_.write_chunk(piece->bytes) && ask(stream, lane));
    if (!is_sent) co_return false;
    piece = std::move(next);
  }
}

/// Nothing when the stream failed.
asio::awaitable<std::optional<HttpConnection::Piece>> HttpConnection::ask(HttpStream& stream,
                                                                          HttpLane& lane) {
  std::optional<Piece> piece;
  const bool is_stopping = shared_.is_stopping;
  const auto work = [&] {
    try {
      if (is_stopping) {
        piece = Piece{stream.last ? stream.last() : std::string(), true};
        return;
      }
      auto bytes = stream.next();
      piece = bytes ? Piece{std::move(*bytes), false} : Piece{{}, true};
    } catch (const std::exception& exception) {
      shared_.options.warn(exception.what());
    }
  };
  // A stream has begun: it waits for as long as it takes.
  (void)co_await lane.run(work, std::nullopt);
  co_return piece;
}

/// Until the listener rings or stops, or `patience` is over. False when the client has left.
asio::awaitable<bool> HttpConnection::wait_for_news(std::chrono::milliseconds patience) {
  using namespace asio::experimental::awaitable_operators;
  alarm_.expires_after(patience);
  stream_.expires_never();
  // A client that has sent as much as a head may have is not read from any more: should it leave,
  // the next chunk tells.
  while (arrived_.size() < http_head_bytes_max) {
    // Waits until something can be read, and does not read: no byte is lost when the alarm wins.
    const auto first = co_await (alarm_.async_wait(completes) ||
                                 stream_.socket().async_wait(tcp::socket::wait_read, completes));
    if (first.index() == 0) co_return true;
    stream_.expires_after(shared_.options.deadlines.write);
    if (co_await read_some() != Read::End::some) co_return false;
  }
  co_await alarm_.async_wait(completes);
  co_return true;
}

}  // namespace kinledger::server
