// The listener on a real socket: what is answered, what is refused, whom it lets go.
#include "server/http_listener.h"

#include <fcntl.h>
#include <sys/resource.h>

#include <atomic>
#include <condition_variable>
#include <csignal>
#include <future>
#include <mutex>

#include "server/http_date.h"
#include "server/http_head.h"
#include "tests/server/socket_client.h"

namespace kinledger::server {
namespace {

using std::chrono_literals::operator""ms;

const std::string get = "GET / HTTP/1.1\r\nHost: a\r\n";
const std::string post = "POST / HTTP/1.1\r\nHost: a\r\n";

class HttpListenerTest : public testing::Test {
 protected:
  HttpOptions options() {
    HttpOptions out;
    out.body_bytes_max = 100;
    out.warn = [this](std::string_view what) {
      const std::lock_guard lock(mutex_);
      warned_ += what;
    };
    return out;
  }
  HttpHandler echo() {
    return [this](const HttpRequest& request) -> HttpResponse {
      ++handled_;
      return {200, "text/plain", {}, request.method + " " + request.target + " " + request.body};
    };
  }
  void serve() { serve(options(), echo()); }
  void serve(HttpOptions with, HttpHandler handler) {
    serving_ = std::make_unique<Serving>(std::move(with), std::move(handler));
  }
  /// Sends the bytes and waits for the connection to be closed.
  std::string exchange(const std::string& bytes) {
    const SocketClient client(serving_->port());
    client.send(bytes);
    return client.read_all();
  }

  std::mutex mutex_;
  std::string warned_;
  std::atomic<int> handled_ = 0;
  std::unique_ptr<Serving> serving_;
};

TEST_F(HttpListenerTest, AnswersOneRequestAfterAnother) {
  serve();
  const SocketClient client(serving_->port());
  client.send("GET /a?b=%20 HTTP/1.1\r\nHost: a\r\n\r\n");
  auto response = client.read_response();
  EXPECT_EQ(status_of(response), 200);
  EXPECT_TRUE(response.ends_with("\r\n\r\nGET /a?b=%20 ")) << response;
  client.send(post + "Content-Length: 3\r\n\r\nabc");
  response = client.read_response();
  EXPECT_TRUE(response.ends_with("\r\n\r\nPOST / abc")) << response;
  client.send(get + "Connection: close\r\n\r\n");
  response = client.read_all();
  EXPECT_NE(response.find("Connection: close"), std::string::npos) << response;
}

TEST_F(HttpListenerTest, AnswersRequestsThatCameTogether) {
  serve();
  const auto responses = exchange(post + "Content-Length: 3\r\n\r\nabc" + get + "\r\n" + get +
                                  "Connection: close\r\n\r\n");
  EXPECT_EQ(handled_, 3);
  EXPECT_NE(responses.find("POST / abcHTTP/1.1 200 OK"), std::string::npos) << responses;
}

TEST_F(HttpListenerTest, AnswersARequestThatComesByteByByte) {
  serve();
  const SocketClient client(serving_->port());
  for (const char byte : post + "Content-Length: 3\r\nConnection: close\r\n\r\nabc")
    client.send(std::string(1, byte));
  EXPECT_TRUE(client.read_all().ends_with("POST / abc"));
}

TEST_F(HttpListenerTest, AnswersHeadWithoutABody) {
  serve();
  const auto response = exchange("HEAD /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(status_of(response), 200);
  EXPECT_NE(response.find("Content-Length: 7\r\n"), std::string::npos) << response;
  EXPECT_TRUE(response.ends_with("\r\n\r\n"));
}

TEST_F(HttpListenerTest, TellsWhoAsksThatABodyIsWelcome) {
  serve();
  const SocketClient client(serving_->port());
  client.send(post + "Content-Length: 3\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(client.read_head(), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("abc");
  EXPECT_TRUE(client.read_all().ends_with("POST / abc"));
}

// Two servers could read each of these in two ways, or it makes one of them work for nothing.
TEST_F(HttpListenerTest, RefusesWhatCanBeReadInTwoWays) {
  serve();
  const std::string abc = "\r\n\r\nabc";
  const std::pair<std::string, int> refused[] = {
      {post + "Content-Length: 3\r\nTransfer-Encoding: chunked" + abc, 400},
      {post + "Transfer-Encoding: chunked\r\nContent-Length: 3" + abc, 400},
      {post + "Transfer-Encoding: chunked" + abc, 501},
      {post + "Transfer-Encoding: gzip" + abc, 501},
      {post + "Transfer-Encoding: xchunked" + abc, 501},
      {post + "Transfer-Encoding: chunked, identity" + abc, 501},
      {post + "Content-Length: 3\r\nTransfer-Encoding: identity" + abc, 400},
      {post + "Content-Length: 3\r\nContent-Length: 4" + abc, 400},
      {post + "Content-Length: 3\r\nContent-Length: 3" + abc, 400},
      {post + "Content-Length: 3, 3" + abc, 400},
      {post + "Content-Length: -3" + abc, 400},
      {post + "Content-Length: +3" + abc, 400},
      {post + "Content-Length: 0x3" + abc, 400},
      {post + "Content-Length:" + abc, 400},
      {post + "Content-Length: 101\r\n\r\n", 413},
      {post + "\r\n", 411},
      {"GET / HTTP/1.1\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost:\r\n\r\n", 400},
      {get + "Host: a\r\n\r\n", 400},
      {get + "host: b\r\n\r\n", 400},
      {"GET / HTTP/1.1\nHost: a\n\n", 400},
      {"GET / HTTP/1.1\r\nHost: a\n\r\n", 400},
      {"GET / HTTP/1.1\rHost: a\r\n\r\n", 400},
      {"\r\n" + get + "\r\n", 400},
      {get + "X: a\r\n b\r\n\r\n", 400},
      {get + "X: a\r\n\tb\r\n\r\n", 400},
      {get + "X : a\r\n\r\n", 400},
      {get + ": a\r\n\r\n", 400},
      {get + "no colon\r\n\r\n", 400},
      {get + "X: a\x01z\r\n\r\n", 400},
      {get + "X: a" + std::string(1, '\0') + "\r\n\r\n", 400},
      {"GET / HTTP/1.0\r\nHost: a\r\n\r\n", 505},
      {"GET / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", 505},
      {"GET / HTTP/1.2\r\nHost: a\r\n\r\n", 505},
      {"GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505},
      {"GET / FTP/1.1\r\nHost: a\r\n\r\n", 505},
      {"GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET a HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET /\x80 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", 505},
      {"GET /" + std::string(http_target_bytes_max, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n", 414},
      {get + "X: " + std::string(http_head_bytes_max, 'a'), 431},
      {get + std::string(http_head_bytes_max, 'a') + "\r\n\r\n", 431},
      {post + "Content-Length: 3\r\nExpect: tea" + abc, 417},
      {"\x16\x03\x01\x02", 400},
      {std::string(4, '\0'), 400},
  };
  for (const auto& [bytes, status] : refused) {
    const auto response = exchange(bytes + get + "\r\n");
    EXPECT_EQ(status_of(response), status) << bytes << "\n" << response;
    EXPECT_EQ(response.find("HTTP/1.1 200"), std::string::npos) << bytes;
    EXPECT_NE(response.find("Connection: close"), std::string::npos) << bytes;
  }
  EXPECT_EQ(handled_, 0);
  EXPECT_EQ(status_of(exchange(get + "Connection: close\r\n\r\n")), 200) << "others are served";
}

TEST_F(HttpListenerTest, HeadsOfOneByteLessAreAccepted) {
  serve();
  const auto target = "/" + std::string(http_target_bytes_max - 1, 'a');
  EXPECT_EQ(
      status_of(exchange("GET " + target + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")),
      200);
  std::string head = get + "Connection: close\r\nX: ";
  head += std::string(http_head_bytes_max - head.size() - 4, 'a') + "\r\n\r\n";
  EXPECT_EQ(status_of(exchange(head)), 200);
  EXPECT_EQ(status_of(exchange(post + "Connection: close\r\nContent-Length: 100\r\n\r\n" +
                               std::string(100, 'b'))),
            200);
}

TEST_F(HttpListenerTest, LetsGoWhoSendsNothingOrStops) {
  auto with = options();
  with.deadlines.head = with.deadlines.body = with.deadlines.idle = 20ms;
  serve(with, echo());
  EXPECT_EQ(exchange(""), "");
  EXPECT_EQ(exchange("GET / HT"), "");
  EXPECT_EQ(exchange(post + "Content-Length: 3\r\n\r\nab"), "");
  const auto idle = exchange(get + "\r\n");
  EXPECT_EQ(status_of(idle), 200) << "and is then closed, as nothing more is asked";
  EXPECT_EQ(handled_, 1);
}

// A byte now and then moves no deadline: neither gets to its end.
TEST_F(HttpListenerTest, LetsGoWhoSendsSlowly) {
  auto with = options();
  with.body_bytes_max = 1'000'000;
  with.deadlines.head = 50ms;
  with.deadlines.body = 50ms;
  serve(with, echo());
  for (const auto& begin : {get + "X: ", post + "Content-Length: 1000000\r\n\r\n"}) {
    const SocketClient client(serving_->port());
    client.send(begin);
    while (!client.has_arrived(1ms)) client.send("a");
    EXPECT_EQ(client.read_all(), "");
  }
  EXPECT_EQ(handled_, 0);
}

TEST_F(HttpListenerTest, SurvivesClientsThatBreakOff) {
  serve();
  for (int i = 0; i < 50; ++i) {
    const SocketClient client(serving_->port());
    client.send(i % 2 == 0 ? get + "X" : post + "Content-Length: 50\r\n\r\nabc");
    if (i % 3 == 0) client.reset();
    if (i % 3 == 1) client.shut();
  }
  EXPECT_EQ(status_of(exchange(get + "Connection: close\r\n\r\n")), 200);
  const SocketClient half(serving_->port());
  half.send(get + "\r\n");
  half.shut();
  EXPECT_EQ(status_of(half.read_all()), 200) << "a half-closed connection has its answer";
}

TEST_F(HttpListenerTest, TurnsAwayMoreConnectionsThanItHolds) {
  auto with = options();
  with.connections_max = 2;
  serve(with, echo());
  auto first = std::make_unique<SocketClient>(serving_->port());
  const SocketClient second(serving_->port());
  for (const SocketClient* client : {&std::as_const(*first), &second}) {
    client->send(get + "\r\n");
    EXPECT_EQ(status_of(client->read_response()), 200);
  }
  const SocketClient third(serving_->port());
  EXPECT_EQ(status_of(third.read_all()), 503);
  second.send(get + "\r\n");
  EXPECT_EQ(status_of(second.read_response()), 200) << "those that are in are not disturbed";
  first->send(get + "Connection: close\r\n\r\n");
  (void)first->read_all();
  // The place is free once the server has seen that the client left too.
  first.reset();
  int status = 503;
  while (status == 503) {
    const SocketClient next(serving_->port());
    next.send(get + "Connection: close\r\n\r\n");
    status = status_of(next.read_all());
    if (status == 0) status = 503;
  }
  EXPECT_EQ(status, 200);
}

TEST_F(HttpListenerTest, TurnsAwayMoreConnectionsThanOneAddressMayHave) {
  auto with = options();
  with.connections_per_address_max = 1;
  serve(with, echo());
  auto first = std::make_unique<SocketClient>(serving_->port());
  first->send(get + "\r\n");
  EXPECT_EQ(status_of(first->read_response()), 200);
  const auto turned_away = SocketClient(serving_->port()).read_all();
  EXPECT_EQ(status_of(turned_away), 503);
  EXPECT_NE(turned_away.find("\r\nRetry-After: "), std::string::npos);
  EXPECT_NE(turned_away.find("\r\nDate: "), std::string::npos);
  const SocketClient other(serving_->port(), "127.0.0.2");
  other.send(get + "\r\n");
  EXPECT_EQ(status_of(other.read_response()), 200) << "others are not affected";
  first->send(get + "\r\n");
  EXPECT_EQ(status_of(first->read_response()), 200);
  // Its place is free again once the server has seen that it left.
  first.reset();
  int status = 0;
  while (status != 200) {
    const SocketClient next(serving_->port());
    next.send(get + "Connection: close\r\n\r\n");
    status = status_of(next.read_all());
  }
  other.send(get + "\r\n");
  EXPECT_EQ(status_of(other.read_response()), 200);
}

TEST_F(HttpListenerTest, ZeroIsNoLimitForAnAddress) {
  auto with = options();
  with.connections_per_address_max = 0;
  serve(with, echo());
  const SocketClient first(serving_->port()), second(serving_->port());
  for (const auto* client : {&first, &second}) {
    client->send(get + "\r\n");
    EXPECT_EQ(status_of(client->read_response()), 200);
  }
}

TEST_F(HttpListenerTest, AnswersOnlyForItsHosts) {
  auto with = options();
  with.hosts = {"ledger.example", "127.0.0.1", "::1"};
  serve(with, echo());
  for (const auto* host : {"ledger.example", "LEDGER.Example:8451", "ledger.example:", "127.0.0.1",
                           "127.0.0.1:80", "[::1]", "[::1]:8451"})
    EXPECT_EQ(status_of(exchange("GET / HTTP/1.1\r\nHost: " + std::string(host) +
                                 "\r\nConnection: close\r\n\r\n")),
              200)
        << host;
  handled_ = 0;
  for (const auto* host :
       {"evil.example", "ledger.example.evil.example", "ledger.example.", "a@ledger.example",
        "ledger.example:80x", "ledger.example:80:80", "ledger.exampl", "[ledger.example", "::1",
        "[::1", "[::1]80", "[::1]]", "[]", ":80", "127.0.0.2", "localhost"}) {
    const auto response = exchange("POST / HTTP/1.1\r\nHost: " + std::string(host) +
                                   "\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
    EXPECT_EQ(status_of(response), 421) << host << " is refused before its body is asked for";
    EXPECT_NE(response.find("\r\nConnection: close\r\n"), std::string::npos);
  }
  EXPECT_EQ(handled_, 0);
}

TEST_F(HttpListenerTest, SaysWhenItAnswered) {
  serve();
  for (const auto& bytes : {get + "Connection: close\r\n\r\n", post + "\r\n"}) {
    const auto response = exchange(bytes);
    const auto at = response.find("\r\nDate: ");
    ASSERT_NE(at, std::string::npos) << response;
    const auto date = response.substr(at + 8, 29);
    const auto now = std::chrono::system_clock::now();
    bool is_recent = false;
    for (int seconds = 0; seconds < 60; ++seconds)
      is_recent = is_recent || date == http_date(now - std::chrono::seconds(seconds));
    EXPECT_TRUE(is_recent) << response;
  }
}

TEST_F(HttpListenerTest, TakesBodiesAsLongAsTheTargetAllows) {
  auto with = options();
  with.body_bytes_max_of = [](std::string_view method, std::string_view target) -> std::size_t {
    return method == "PUT" && target.starts_with("/big") ? 3'000'000 : 4;
  };
  serve(with, [](const HttpRequest& request) -> HttpResponse {
    return {200, "text/plain", {}, std::to_string(std::hash<std::string>()(request.body))};
  });
  std::string body;
  for (int i = 0; body.size() < 3'000'000; ++i) body += std::to_string(i) + " ";
  body.resize(3'000'000);
  const auto put = [](const std::string& target, const std::string& what) {
    return "PUT " + target + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: " +
           std::to_string(what.size()) + "\r\n\r\n" + what;
  };
  const auto whole = exchange(put("/big/1", body));
  EXPECT_TRUE(whole.ends_with("\r\n\r\n" + std::to_string(std::hash<std::string>()(body))));
  EXPECT_EQ(status_of(exchange(put("/big/1", body + "a"))), 413);
  EXPECT_EQ(status_of(exchange(put("/small", "abcd"))), 200);
  EXPECT_EQ(status_of(exchange(put("/small", "abcde"))), 413);
  EXPECT_EQ(status_of(exchange(post + "Content-Length: 5\r\n\r\nabcde")), 413);
}

TEST_F(HttpListenerTest, TakesNoMoreBodiesAtATimeThanItHasRoomFor) {
  auto with = options();
  with.body_bytes_max = 200'000;
  with.bodies_bytes_max = 250'000;
  serve(with, echo());
  const auto head = [](std::size_t bytes) {
    return "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: " +
           std::to_string(bytes) + "\r\nExpect: 100-continue\r\n\r\n";
  };
  const std::string big(150'000, 'a');
  const SocketClient first(serving_->port());
  first.send(head(big.size()));
  EXPECT_EQ(status_of(first.read_head()), 100);
  EXPECT_EQ(status_of(exchange(head(big.size()) + big)), 503);
  EXPECT_EQ(status_of(exchange(post + "Connection: close\r\nContent-Length: 3\r\n\r\nabc")), 200);
  first.send(big);
  EXPECT_EQ(status_of(first.read_all()), 200);
  const auto again = exchange(head(big.size()) + big);
  EXPECT_NE(again.find("HTTP/1.1 200 OK"), std::string::npos) << again.substr(0, 200);
}

// Memory is taken for what came, not for what was said to come.
TEST_F(HttpListenerTest, TakesNoMemoryForALengthThatIsOnlySaid) {
  const auto peak_kib = [] {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
  };
  auto with = options();
  with.body_bytes_max = std::size_t{1} << 30;
  with.bodies_bytes_max = with.body_bytes_max;
  serve(with, echo());
  EXPECT_EQ(status_of(exchange(get + "Connection: close\r\n\r\n")), 200);
  const auto before = peak_kib();
  {
    const SocketClient client(serving_->port());
    client.send(post + "Content-Length: 1000000000\r\n\r\na");
    client.shut();
    EXPECT_EQ(client.read_all(), "");
  }
  EXPECT_LT(peak_kib() - before, 100'000);
  EXPECT_EQ(handled_, 1);
}

TEST_F(HttpListenerTest, BigBodiesHaveMoreTime) {
  auto with = options();
  with.body_bytes_max = std::size_t{4} << 20;
  with.deadlines.body = 0ms;
  with.deadlines.body_mebibyte = 60'000ms;
  serve(with, echo());
  EXPECT_EQ(exchange(post + "Content-Length: 1048575\r\n\r\n"), "") << "has none";
  const SocketClient client(serving_->port());
  client.send(post + "Content-Length: 1048576\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(exchange(post + "Content-Length: 1048575\r\n\r\n"), "");
  client.send(std::string(1 << 20, 'a'));
  EXPECT_EQ(status_of(client.read_all()), 200);
}

/// All that the process may still open, but one.
class Exhausted {
 public:
  Exhausted() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    rlimit few = before_;
    few.rlim_cur = 256;
    ::setrlimit(RLIMIT_NOFILE, &few);
    const auto open_one = [] { return ::open("/dev/null", O_RDONLY | O_CLOEXEC); };
    for (int file = open_one(); file >= 0; file = open_one()) files_.push_back(file);
    ::close(files_.back());
    files_.pop_back();
  }
  ~Exhausted() {
    for (const int file : files_) ::close(file);
    ::setrlimit(RLIMIT_NOFILE, &before_);
  }
  Exhausted(const Exhausted&) = delete;
  Exhausted& operator=(const Exhausted&) = delete;

 private:
  rlimit before_{};
  std::vector<int> files_;
};

TEST_F(HttpListenerTest, WaitsForRoomWhenTheSystemHasNone) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "the sanitizer opens files of its own to look at an object";
#endif
  std::promise<void> warned;
  auto with = options();
  with.warn = [&, is_first = true](std::string_view) mutable {
    if (std::exchange(is_first, false)) warned.set_value();
  };
  serve(with, echo());
  EXPECT_EQ(status_of(exchange(get + "Connection: close\r\n\r\n")), 200);
  std::unique_ptr<SocketClient> client;
  {
    const Exhausted exhausted;
    client = std::make_unique<SocketClient>(serving_->port());
    warned.get_future().wait();
  }
  client->send(get + "Connection: close\r\n\r\n");
  EXPECT_EQ(status_of(client->read_all()), 200);
}

TEST_F(HttpListenerTest, AHandlerThatFailsIsAnswered) {
  serve(options(), [](const HttpRequest& request) -> HttpResponse {
    if (request.target == "/throws") throw std::runtime_error("out of paper");
    HttpResponse response;
    if (request.target == "/value") response.fields = {{"X", "a\r\nSet-Cookie: b"}};
    if (request.target == "/name") response.fields = {{"X Y", "a"}};
    if (request.target == "/type") response.content_type = "a\nb";
    return response;
  });
  for (const auto* target : {"/throws", "/value", "/name", "/type"}) {
    const auto response = exchange("GET " + std::string(target) +
                                   " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    EXPECT_EQ(status_of(response), 500) << target;
    EXPECT_EQ(response.find("Cookie"), std::string::npos);
    EXPECT_EQ(response.find("paper"), std::string::npos) << "the client is not told";
  }
  serving_->stop();
  EXPECT_NE(warned_.find("out of paper"), std::string::npos);
}

// Requests under way are answered, waiting connections closed, new ones not taken.
TEST_F(HttpListenerTest, StopsWhenItHasAnswered) {
  std::mutex mutex;
  std::condition_variable changed;
  bool is_handling = false, may_answer = false;
  serve(options(), [&](const HttpRequest&) -> HttpResponse {
    std::unique_lock lock(mutex);
    is_handling = true;
    changed.notify_all();
    changed.wait(lock, [&] { return may_answer; });
    return {200, "text/plain", {}, "the answer"};
  });
  const SocketClient waiting(serving_->port()), asking(serving_->port());
  asking.send(get + "\r\n");
  {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return is_handling; });
  }
  serving_->listener().stop();
  EXPECT_EQ(waiting.read_all(), "");
  {
    const std::lock_guard lock(mutex);
    may_answer = true;
  }
  changed.notify_all();
  EXPECT_TRUE(asking.read_all().ends_with("the answer"));
  serving_->stop();
}

TEST_F(HttpListenerTest, StopsOnASignal) {
  auto with = options();
  with.stops_on_signals = true;
  serve(with, echo());
  EXPECT_EQ(status_of(exchange(get + "Connection: close\r\n\r\n")), 200);
  ::kill(::getpid(), SIGTERM);
  serving_->wait();
}

TEST_F(HttpListenerTest, ThreadsAskTogether) {
  serve();
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 8; ++thread)
    threads.emplace_back([&, thread] {
      const SocketClient client(serving_->port());
      for (int i = 0; i < 50; ++i) {
        const auto body = std::to_string(thread * 1000 + i);
        client.send(post + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
        const auto response = client.read_response();
        EXPECT_TRUE(response.ends_with("\r\n\r\nPOST / " + body)) << response;
      }
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(handled_, 400);
}

TEST_F(HttpListenerTest, TellsThatAnAddressIsTaken) {
  serve();
  auto same = options();
  same.address.port = serving_->port();
  const auto opened = HttpListener::open(same, echo());
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().failure, ledger::Failure::unavailable);
  EXPECT_NE(opened.error().what.find(same.address.to_text()), std::string::npos);
}

TEST(ListenAddress, IsAnAddressAndAPort) {
  for (const auto* text : {"127.0.0.1:8451", "[::1]:0", "0.0.0.0:65535"})
    EXPECT_EQ(read_listen_address(text).value().to_text(), text);
  for (const auto* text :
       {"", "8451", ":8451", "localhost:8451", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536",
        "127.0.0.1:-1", "::1:80", "[127.0.0.1]:80", "[]:80", "127.0.0.1:80 "})
    EXPECT_FALSE(read_listen_address(text).has_value()) << text;
}

}  // namespace
}  // namespace kinledger::server
