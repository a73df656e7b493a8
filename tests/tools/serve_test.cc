// The server as its users meet it: the program on a real socket, asked over HTTP, compared with
// what the command line says.
#include <algorithm>

#include "ledger/checkpoint.h"
#include "ledger/consistency_proof.h"
#include "ledger/log_key.h"
#include "server/event_frames.h"
#include "server/http_client.h"
#include "tests/server/socket_client.h"
#include "tests/tools/office.h"

namespace kinledger::tools {
namespace {

class ServeCommand : public testing::Test {
 protected:
  ServeCommand() {
    office_.write_premiums("premium.csv", office_.premium_row("2021-03-01", office_.child));
    EXPECT_EQ(shell_.run({"import", "city", "premium.csv"}).exit, 0);
    const auto known = shell_.run({"ask", "city", "status", "person=@child.txt", "--json"});
    EXPECT_EQ(known.exit, 0) << known.told();
    child_ = text(object_of(known.out), "person");
    EXPECT_EQ(child_.size(), 32U) << known.out;
  }

  void serve() {
    running_ = shell_.run_behind({"serve", "city", "--listen", "127.0.0.1:0"}, "serve.err");
    const auto url = running_->read_line();
    EXPECT_TRUE(url.starts_with("http://127.0.0.1:")) << shell_.read("serve.err");
    port_ = static_cast<std::uint16_t>(std::stoul(url.substr(url.rfind(':') + 1)));
  }
  int stop() { return running_->end(SIGTERM); }

  /// The whole response to a request with these further lines of the head.
  std::string exchange(const std::string& first_line, const std::string& fields = "",
                       const std::string& body = "") const {
    const server::SocketClient client(port_);
    client.send(first_line + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n" + fields +
                (body.empty() ? "" : "Content-Length: " + std::to_string(body.size()) + "\r\n") +
                "\r\n" + body);
    return client.read_all();
  }
  static std::string body_of(const std::string& response) {
    const auto end = response.find("\r\n\r\n");
    return end == std::string::npos ? "" : response.substr(end + 4);
  }
  /// The content of a body in chunks.
  static std::string without_chunks(std::string_view body) {
    std::string content;
    while (!body.empty()) {
      const auto line = body.find("\r\n");
      const auto bytes = std::stoul(std::string(body.substr(0, line)), nullptr, 16);
      content += body.substr(line + 2, bytes);
      if (bytes == 0) break;
      body.remove_prefix(line + 2 + bytes + 2);
    }
    return content;
  }
  static std::string field_of(const std::string& response, const std::string& name) {
    const auto at = response.find("\r\n" + name + ": ");
    if (at == std::string::npos) return "";
    const auto begin = at + name.size() + 4;
    return response.substr(begin, response.find("\r\n", begin) - begin);
  }
  std::string get(const std::string& target, const std::string& fields = "") const {
    return exchange("GET " + target, fields);
  }
  /// The code of a problem, after looking at its shape.
  static std::string code_of(const std::string& response) {
    EXPECT_EQ(field_of(response, "Content-Type"), "application/problem+json") << response;
    const auto object = object_of(body_of(response));
    EXPECT_EQ(static_cast<int>(number(object, "status")), server::status_of(response));
    EXPECT_FALSE(text(object, "zh").empty() || text(object, "en").empty()) << response;
    return std::string(text(object, "code"));
  }
  std::string post(const std::string& target, const std::string& body,
                   const std::string& fields = "Content-Type: application/json\r\n") const {
    return exchange("POST " + target, fields, body);
  }

  Office office_;
  Shell& shell_ = office_.shell;
  std::string child_;
  std::unique_ptr<Running> running_;
  std::uint16_t port_ = 0;
};

TEST_F(ServeCommand, AnswersByteForByteAsTheCommandLineDoes) {
  struct Asked {
    std::vector<std::string> words;
    std::string target;
  };
  const std::string person = "/v1/persons/" + child_;
  const std::vector<Asked> all{
      {{"status", "city", child_, "--on", "2021-06-01"}, person + "/status?on=2021-06-01"},
      {{"status", "city", child_, "--on", "2021-06-01", "--known", "12"},
       person + "/status?known=12&on=2021-06-01"},
      {{"status", "city", child_, "--timeline"}, person + "/timeline"},
      {{"history", "city", child_}, person + "/history"},
      {{"history", "city", "330199001"}, "/v1/units/330199001/history"},
      {{"roster", "city", "330199001", "--on", "2021-12-31"},
       "/v1/units/330199001/roster?on=2021-12-31"},
      {{"balance", "city", "330199001", "--year", "2021"}, "/v1/units/330199001/balance?year=2021"},
      {{"ask", "city", "coverage", "person=" + child_, "--on", "2021-12-31"},
       "/v1/questions/coverage?on=2021-12-31&person=" + child_},
      {{"ask", "city", "migration", "--on", "2021-12-31"}, "/v1/questions/migration?on=2021-12-31"},
  };
  std::vector<std::string> said;
  for (const auto& asked : all) {
    auto words = asked.words;
    words.emplace_back("--json");
    const auto ran = shell_.run(words);
    ASSERT_EQ(ran.exit, 0) << ran.told();
    said.push_back(ran.out);
  }
  serve();
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto response = get(all[i].target);
    EXPECT_EQ(server::status_of(response), 200) << response;
    EXPECT_EQ(body_of(response), said[i]) << all[i].target;
    EXPECT_EQ(field_of(response, "Cache-Control"), "no-store");
  }
  EXPECT_EQ(stop(), 0);
  EXPECT_EQ(shell_.read("serve.err"), "");
}

TEST_F(ServeCommand, SaysInWordsWhatItSaysInJson) {
  const auto zh = shell_.run({"--lang", "zh", "status", "city", child_, "--on", "2021-06-01"});
  const auto en =
      shell_.run({"--lang", "en", "status", "city", child_, "--on", "2021-06-01", "--explain"});
  serve();
  const auto target = "/v1/persons/" + child_ + "/status?on=2021-06-01";
  EXPECT_EQ(body_of(get(target, "Accept: text/plain\r\n")), zh.out);
  EXPECT_EQ(body_of(get(target + "&explain=true",
                        "Accept: text/plain;q=0.9\r\nAccept-Language: en-GB\r\n")),
            en.out);
}

TEST_F(ServeCommand, KnowsItsAnswersByTheirBasis) {
  serve();
  const auto target = "/v1/persons/" + child_ + "/status?on=2021-06-01";
  const auto first = get(target);
  const auto tag = field_of(first, "ETag");
  ASSERT_FALSE(tag.empty()) << first;
  const auto again = get(target, "If-None-Match: " + tag + "\r\n");
  EXPECT_EQ(server::status_of(again), 304);
  EXPECT_EQ(body_of(again), "");
  EXPECT_EQ(server::status_of(get(target, "If-None-Match: \"another\"\r\n")), 200);
  EXPECT_NE(field_of(get(target + "&known=12"), "ETag"), tag);
}

TEST_F(ServeCommand, TellsWhatIsWrongWithARequest) {
  serve();
  struct Wrong {
    std::string target;
    int status;
    std::string code;
  };
  const std::string unknown(32, '0');
  const std::vector<Wrong> all{
      {"/nothing", 404, "NOT_FOUND"},
      {"/", 404, "NOT_FOUND"},
      {"/v1/persons", 404, "NOT_FOUND"},
      {"/v1//persons", 400, "TARGET_FORMAT"},
      {"/v1/persons/%zz/status", 400, "TARGET_FORMAT"},
      {"/v1/persons/..%2f/status", 400, "TARGET_FORMAT"},
      {"/v1/questions/nothing", 404, "QUESTION_UNKNOWN"},
      {"/v1/questions/coverage", 400, "ARGUMENT_MISSING"},
      {"/v1/questions/coverage?person=" + child_ + "&shoe=42", 400, "ARGUMENT_UNKNOWN"},
      {"/v1/questions/coverage?person=" + child_ + "&person=" + child_, 400, "ARGUMENT_FORMAT"},
      {"/v1/persons/" + unknown + "/status", 404, "PERSON_UNKNOWN"},
      {"/v1/persons/" + office_.child + "/status", 400, "PERSON_ID_FORMAT"},
      {"/v1/questions/coverage?person=" + office_.child, 400, "PERSON_ID_FORMAT"},
      {"/v1/persons/" + office_.child + "/history", 400, "PERSON_ID_FORMAT"},
      {"/v1/persons/" + child_ + "/status?shoe=42", 400, "PARAMETER_UNKNOWN"},
      {"/v1/persons/" + child_ + "/status?on=2021-06-01&on=2021-06-02", 400, "PARAMETER_TWICE"},
      {"/v1/persons/" + child_ + "/status?on=2021-02-30", 400, "DATE_NOT_ON_CALENDAR"},
      {"/v1/persons/" + child_ + "/status?known=1000000", 400, "BASIS_AHEAD"},
      {"/v1/persons/" + child_ + "/history?limit=0", 400, "ARGUMENT_FORMAT"},
      {"/v1/units/330199999/roster", 404, "UNIT_UNKNOWN"},
      {"/v1/units/330199001/balance?year=21", 400, "YEAR_FORMAT"},
      {"/v1/proofs/inclusion/1000000", 404, "SEQUENCE_UNKNOWN"},
      {"/v1/proofs/consistency/0", 404, "SIZE_OUT_OF_RANGE"},
      {"/tile/0/001", 404, "TILE_UNKNOWN"},
      {"/tile/8/000.p/1", 404, "TILE_UNKNOWN"},
      {"/tile/0/000.p/01", 404, "TILE_UNKNOWN"},
  };
  for (const auto& wrong : all) {
    const auto response = get(wrong.target);
    EXPECT_EQ(server::status_of(response), wrong.status) << wrong.target << "\n" << response;
    EXPECT_EQ(code_of(response), wrong.code) << wrong.target;
    EXPECT_EQ(response.find(office_.child), std::string::npos) << "an ID number is not repeated";
  }
  const auto method = exchange("DELETE /v1/persons/" + child_ + "/status");
  EXPECT_EQ(server::status_of(method), 405);
  EXPECT_EQ(field_of(method, "Allow"), "GET, HEAD");
  EXPECT_EQ(server::status_of(post("/v1/submissions", "{}", "Content-Type: text/csv\r\n")), 415);
}

TEST_F(ServeCommand, FindsAPersonByANumberInTheBody) {
  serve();
  const auto found = post("/v1/persons/lookup", R"({"idNumber": ")" + office_.child + R"("})");
  EXPECT_EQ(body_of(found), R"({"person":")" + child_ + "\"}\n") << found;
  EXPECT_EQ(field_of(found, "Cache-Control"), "no-store");
  const auto typed = post("/v1/persons/lookup",
                          R"({"idType": "residentId", "idNumber": ")" + office_.child + R"("})");
  EXPECT_EQ(body_of(typed), body_of(found));
  EXPECT_EQ(
      code_of(post("/v1/persons/lookup", R"({"idNumber": ")" + resident("20150101", 77) + R"("})")),
      "PERSON_UNKNOWN");
  for (const auto* shapeless : {"{}", "[]", R"({"idNumber": 5})", R"({"idNumber": "1", "a": 2})"})
    EXPECT_EQ(code_of(post("/v1/persons/lookup", shapeless)), "JSON_TYPE") << shapeless;
  EXPECT_EQ(code_of(post("/v1/persons/lookup", R"({"idNumber": ")" + child_ + R"("})")),
            "JSON_TYPE");
  EXPECT_EQ(code_of(post("/v1/persons/lookup", "{")), "JSON_SYNTAX");
  EXPECT_EQ(server::status_of(post("/v1/persons/lookup", std::string(5000, ' '))), 413);
}

TEST_F(ServeCommand, RecordsASubmissionOncePerKey) {
  serve();
  const auto premium = [&](const std::string& amount) {
    return R"({"key": "late", "events": [{"type": "PremiumPaid", "validOn": "2021-03-31",)"
           R"( "person": {"idNumber": ")" +
           office_.sister + R"("}, "scheme": "children", "insuranceYear": 2021, "amount": ")" +
           amount + R"(", "payerKind": "guardian"}]})";
  };
  const auto dry = post("/v1/submissions?dryRun=true", premium("250.00"));
  EXPECT_EQ(server::status_of(dry), 200) << dry;
  const auto first = post("/v1/submissions", premium("250.00"));
  ASSERT_EQ(server::status_of(first), 201) << first;
  const auto receipt = object_of(body_of(first)).at("receipt").get_object();
  EXPECT_EQ(number(receipt, "count"), 1U);
  EXPECT_TRUE(ledger::read_inclusion_proof(text(receipt, "proof")).has_value());
  const auto again = post("/v1/submissions", premium("250.00"),
                          "Content-Type: application/json\r\nIdempotency-Key: \"late\"\r\n");
  EXPECT_EQ(server::status_of(again), 200) << again;
  EXPECT_EQ(number(object_of(body_of(again)).at("receipt").get_object(), "firstSequence"),
            number(receipt, "firstSequence"));
  EXPECT_EQ(server::status_of(post("/v1/submissions", premium("260.00"))), 409);
  const auto refused = post("/v1/submissions", premium("250.123"));
  EXPECT_EQ(server::status_of(refused), 422) << refused;
  EXPECT_EQ(number(object_of(body_of(refused)), "refusalCount"), 1U);
  EXPECT_EQ(code_of(post("/v1/submissions", premium("250.00"),
                         "Content-Type: application/json\r\nIdempotency-Key: other\r\n")),
            "KEY_DIFFERS");
  // It counts at once.
  const auto person = post("/v1/persons/lookup", R"({"idNumber": ")" + office_.sister + R"("})");
  const auto sister = std::string(text(object_of(body_of(person)), "person"));
  const auto history = get("/v1/persons/" + sister + "/history");
  EXPECT_NE(history.find("PremiumPaid"), std::string::npos) << history;
  EXPECT_EQ(stop(), 0);
  EXPECT_EQ(shell_.run({"verify", "city"}).exit, 0);
}

TEST_F(ServeCommand, GivesTheLogAndItsProofs) {
  const auto key = shell_.run({"checkpoint", "city", "--key"}).out;
  const auto verifier = ledger::read_verifier(key.substr(0, key.size() - 1));
  ASSERT_TRUE(verifier.has_value());
  const std::vector<ledger::LogKey> keys{*verifier};
  serve();
  const auto note = body_of(get("/checkpoint"));
  const auto checkpoint = ledger::read_signed_checkpoint(note, keys);
  ASSERT_TRUE(checkpoint.has_value()) << note;
  EXPECT_EQ(body_of(get("/checkpoint")), note) << "the same text for the same tree";
  const auto size = checkpoint->head.size.value;
  const auto proof = ledger::read_inclusion_proof(body_of(get("/v1/proofs/inclusion/3")));
  ASSERT_TRUE(proof.has_value());
  EXPECT_EQ(proof->checkpoint, note);
  const auto hashes = body_of(get("/tile/0/000.p/" + std::to_string(size)));
  ASSERT_EQ(hashes.size(), size * 32);
  ledger::Hash leaf;
  std::copy_n(hashes.begin() + 3 * 32, 32, leaf.bytes.begin());
  EXPECT_TRUE(ledger::verify_inclusion({3}, leaf, proof->hashes, checkpoint->head));
  const auto growth = ledger::read_consistency_proof(body_of(get("/v1/proofs/consistency/4")));
  ASSERT_TRUE(growth.has_value());
  EXPECT_EQ(growth->checkpoint, note);
  EXPECT_EQ(server::status_of(get("/tile/entries/000.p/" + std::to_string(size))), 200);
  EXPECT_EQ(server::status_of(get("/tile/entries/000.p/" + std::to_string(size + 1))), 404);
}

TEST_F(ServeCommand, PagesAHistory) {
  serve();
  const auto whole = body_of(get("/v1/units/330199001/history"));
  const std::string base = "/v1/units/330199001/history";
  std::string pages, target = base + "?limit=1";
  for (int page = 0; page < 50 && !target.empty(); ++page) {
    const auto response = get(target);
    pages += body_of(response);
    const auto link = field_of(response, "Link");
    target = link.empty() ? "" : base + link.substr(1, link.find('>') - 1);
  }
  EXPECT_EQ(pages, whole);
}

/// The document says what the routes do, and every route that it names is there.
TEST_F(ServeCommand, DescribesItself) {
  serve();
  EXPECT_EQ(body_of(get("/healthz")), "ok\n");
  const auto ready = get("/readyz");
  EXPECT_TRUE(server::status_of(ready) == 200 || server::status_of(ready) == 503) << ready;
  const auto document = object_of(body_of(get("/openapi.json")));
  const auto& paths = document.at("paths").get_object();
  EXPECT_GT(paths.size(), 15U);
  for (const auto& [path, item] : paths) {
    std::string target(path);
    for (const auto& [word, value] : std::map<std::string, std::string>{{"{person}", child_},
                                                                        {"{unit}", "330199001"},
                                                                        {"{question}", "migration"},
                                                                        {"{sequence}", "1"},
                                                                        {"{size}", "1"},
                                                                        {"{rest}", "0/000.p/1"}})
      if (const auto at = target.find(word); at != std::string::npos)
        target.replace(at, word.size(), value);
    const auto* operation = item.get_object().if_contains("get");
    if (operation == nullptr || target == "/v1/events") continue;
    const auto response = get(target);
    EXPECT_EQ(server::status_of(response), 200) << target << "\n" << response;
    auto type = field_of(response, "Content-Type");
    type = type.substr(0, type.find(';'));
    EXPECT_TRUE(operation->at("responses").at("200").at("content").get_object().contains(type))
        << target << " gives " << type;
  }
}

/// The frames of a stream that ends by itself.
std::vector<server::Frame> frames_of(std::uint16_t port, const std::string& query) {
  server::FrameReader reader;
  std::vector<server::Frame> frames;
  server::HttpStreamCall call;
  call.url = server::read_http_url("http://127.0.0.1:" + std::to_string(port)).value();
  call.path = "/v1/events" + query;
  call.accept = server::event_stream_type;
  call.begin = [](const server::HttpReply& head) {
    EXPECT_EQ(head.status, 200U);
    EXPECT_EQ(head.content_type, server::event_stream_type);
    return head.status == 200;
  };
  call.take = [&](std::string_view bytes) {
    reader.take(bytes);
    for (auto frame = reader.next(); frame && *frame; frame = reader.next())
      frames.push_back(std::move(**frame));
    return true;
  };
  const auto end = server::stream(call);
  EXPECT_TRUE(end.has_value()) << (end ? "" : end.error().what);
  EXPECT_TRUE(reader.is_between_frames());
  return frames;
}

template <class T>
std::vector<T> of_kind(const std::vector<server::Frame>& frames) {
  std::vector<T> found;
  for (const auto& frame : frames)
    if (const auto* one = std::get_if<T>(&frame)) found.push_back(*one);
  return found;
}

/// The tree that the frames make, whatever the filter left out.
ledger::TreeEdge tree_of(const std::vector<server::Frame>& frames, ledger::TreeEdge tree = {}) {
  for (const auto& frame : frames) {
    if (const auto* event = std::get_if<server::StreamedEvent>(&frame)) {
      const ledger::Hash leaf[] = {ledger::leaf_hash(event->bytes)};
      tree.append(leaf);
    }
    if (const auto* left_out = std::get_if<server::LeftOut>(&frame)) tree.append(left_out->leaves);
    if (const auto* end = std::get_if<server::BatchEnd>(&frame)) {
      EXPECT_EQ(end->head, tree.head()) << "each batch ends with what it should";
    }
  }
  return tree;
}

TEST_F(ServeCommand, StreamsTheWholeLogSoThatItsRootCanBeComputed) {
  const auto key = shell_.run({"checkpoint", "city", "--key"}).out;
  const std::vector<ledger::LogKey> keys{
      ledger::read_verifier(key.substr(0, key.size() - 1)).value()};
  serve();
  const auto frames = frames_of(port_, "?follow=false");
  const auto tree = tree_of(frames);
  EXPECT_EQ(of_kind<server::StreamStart>(frames).at(0), server::StreamStart{});
  EXPECT_EQ(of_kind<server::StreamedEvent>(frames).size(), tree.size().value);
  const auto signed_batches = of_kind<server::SignedBatch>(frames);
  ASSERT_EQ(signed_batches.size(), 1U);
  const auto checkpoint = ledger::read_signed_checkpoint(signed_batches[0].note, keys);
  ASSERT_TRUE(checkpoint.has_value());
  EXPECT_EQ(checkpoint->head, tree.head());
  EXPECT_EQ(of_kind<server::StreamEnd>(frames).at(0).why, "complete");

  // From the middle, with the edge of what came before and the proof that it grew.
  const auto rest = frames_of(port_, "?follow=false&from=5");
  const auto start = of_kind<server::StreamStart>(rest).at(0);
  EXPECT_EQ(start.size.value, 5U);
  EXPECT_EQ(of_kind<server::StreamedEvent>(rest).size(), tree.size().value - 5);
  ledger::TreeEdge begun;
  for (std::size_t i = 0; i < 5; ++i) {
    const ledger::Hash leaf[] = {
        ledger::leaf_hash(of_kind<server::StreamedEvent>(frames)[i].bytes)};
    begun.append(leaf);
  }
  EXPECT_EQ(begun.hashes(), start.edge);
  EXPECT_EQ(tree_of(rest, begun).head(), tree.head());
  const auto grown = of_kind<server::SignedBatch>(rest).at(0);
  EXPECT_EQ(grown.old.value, 5U);
  EXPECT_TRUE(ledger::verify_consistency(begun.head(), tree.head(), grown.proof));

  // From the end there is nothing but the checkpoint.
  const auto none = frames_of(port_, "?follow=false&from=" + std::to_string(tree.size().value));
  EXPECT_TRUE(of_kind<server::StreamedEvent>(none).empty());
  EXPECT_EQ(of_kind<server::SignedBatch>(none).at(0).note, signed_batches[0].note);
}

TEST_F(ServeCommand, LeavesOutWhatNobodyAskedForButNotFromTheTree) {
  serve();
  const auto whole = frames_of(port_, "?follow=false");
  const auto root = tree_of(whole).head();
  const auto count = [&](const std::string& query) {
    const auto frames = frames_of(port_, "?follow=false&" + query);
    EXPECT_EQ(tree_of(frames).head(), root) << query;
    return of_kind<server::StreamedEvent>(frames).size();
  };
  EXPECT_EQ(count("type=PremiumPaid"), 1U);
  EXPECT_EQ(count("type=PremiumPaid,PersonRegistered"), 4U);
  EXPECT_EQ(count("type=RosterReported"), 0U);
  EXPECT_EQ(count("unit=330199001"),
            objects_of(body_of(get("/v1/units/330199001/history"))).size());
  EXPECT_EQ(count("person=" + child_),
            objects_of(body_of(get("/v1/persons/" + child_ + "/history"))).size());
  EXPECT_EQ(count("person=" + child_ + "&type=PremiumPaid"), 1U);
  EXPECT_EQ(count("area=330106"), 1U) << "the unit's division";
  EXPECT_EQ(count("area=330000"), of_kind<server::StreamedEvent>(whole).size());
  EXPECT_EQ(count("area=110000"), 0U);
}

TEST_F(ServeCommand, TellsTheSameEventsInJson) {
  serve();
  const auto lines = get("/v1/events?follow=false&person=" + child_);
  EXPECT_EQ(field_of(lines, "Content-Type"), "application/x-ndjson");
  std::vector<std::string> kinds;
  for (const auto& object : objects_of(without_chunks(body_of(lines))))
    kinds.emplace_back(object.begin()->key());
  EXPECT_EQ(kinds.front(), "start");
  EXPECT_EQ(kinds.back(), "end");
  EXPECT_EQ(kinds[kinds.size() - 2], "signed");
  EXPECT_EQ(kinds[kinds.size() - 3], "batch");
  EXPECT_TRUE(std::ranges::find(kinds, "leftOut") != kinds.end());
  const auto sent = get("/v1/events?follow=false", "Accept: text/event-stream\r\n");
  EXPECT_EQ(field_of(sent, "Content-Type"), "text/event-stream");
  const auto text = without_chunks(body_of(sent));
  EXPECT_TRUE(text.starts_with("event: start\nid: 0\ndata: {")) << text.substr(0, 200);
  EXPECT_NE(text.find("\n\nevent: event\nid: 1\ndata: {"), std::string::npos);
  // A browser that connects again says what it had.
  const auto again =
      get("/v1/events?follow=false", "Accept: text/event-stream\r\nLast-Event-ID: 5\r\n");
  EXPECT_NE(again.find("event: event\nid: 6\n"), std::string::npos);
  EXPECT_EQ(again.find("event: event\nid: 5\n"), std::string::npos);
}

TEST_F(ServeCommand, StreamsWhatIsRecordedNextAndEndsWhenItStops) {
  serve();
  const server::SocketClient follower(port_);
  follower.send("GET /v1/events?from=latest HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const auto begun = follower.read_until("\"signed\"");
  EXPECT_EQ(server::status_of(begun), 200) << begun;
  const auto premium =
      R"({"key": "live", "events": [{"type": "PremiumPaid", "validOn": "2021-03-31", "person": )"
      R"({"idNumber": ")" +
      office_.sister +
      R"("}, "scheme": "children", "insuranceYear": 2021, )"
      R"("amount": "250.00", "payerKind": "guardian"}]})";
  ASSERT_EQ(server::status_of(post("/v1/submissions", premium)), 201);
  EXPECT_TRUE(holds(follower.read_until("\"PremiumPaid\""), "\"event\""));
  EXPECT_TRUE(holds(follower.read_until("\"signed\""), "\"batch\""));
  EXPECT_EQ(stop(), 0);
  const auto rest = follower.read_all();
  EXPECT_TRUE(holds(rest, R"({"end":{"why":"stopping"}})")) << rest;
  EXPECT_TRUE(rest.ends_with("0\r\n\r\n")) << "the body has its end";
}

TEST_F(ServeCommand, TellsWhatIsWrongWithAStream) {
  serve();
  for (const auto& [query, status, code] : std::vector<std::tuple<std::string, int, std::string>>{
           {"from=1000000", 416, "BASIS_AHEAD"},
           {"from=soon", 400, "BASIS_FORMAT"},
           {"type=Nothing", 400, "ARGUMENT_FORMAT"},
           {"person=" + office_.child, 400, "ARGUMENT_FORMAT"},
           {"unit=330199999", 404, "UNIT_UNKNOWN"},
           {"area=33", 400, "ARGUMENT_FORMAT"},
           {"follow=maybe", 400, "ARGUMENT_FORMAT"},
           {"shoe=42", 400, "PARAMETER_UNKNOWN"}}) {
    const auto response = get("/v1/events?" + query);
    EXPECT_EQ(server::status_of(response), status) << query << response;
    EXPECT_EQ(code_of(response), code) << query;
  }
}

/// The two ends of the stream together: an honest server, then one of an older backup.
TEST_F(ServeCommand, IsFollowedByAnAuditorWhoNoticesALogThatShrank) {
  shell_.write("city.vkey", shell_.run({"checkpoint", "city", "--key"}).out);
  EXPECT_EQ(shell_.bash("cp -a city older; cp -a city.state older.state").exit, 0);
  office_.write_premiums("late.csv", office_.premium_row("2021-03-02", office_.sister));
  EXPECT_EQ(shell_.run({"import", "city", "late.csv"}).exit, 0);
  const auto follow = [&] {
    return shell_.run({"tail", "http://127.0.0.1:" + std::to_string(port_), "--verify", "--key",
                       "@city.vkey", "--state", "followed", "--no-follow", "--json"});
  };
  serve();
  const auto size = number(object_of(body_of(get("/readyz"))), "treeSize");
  const auto first = follow();
  EXPECT_EQ(first.exit, 0) << first.told();
  EXPECT_EQ(objects_of(first.out).size(), size);
  const auto again = follow();
  EXPECT_EQ(again.exit, 0) << again.told();
  EXPECT_EQ(again.out, "") << "nothing was recorded since";
  EXPECT_EQ(stop(), 0);
  EXPECT_EQ(shell_.bash("rm -r city city.state; mv older city; mv older.state city.state").exit, 0);
  serve();
  const auto shrunk = follow();
  EXPECT_EQ(shrunk.exit, 4) << shrunk.told();
  EXPECT_TRUE(holds(shrunk.err, "LOG_SHRANK")) << shrunk.err;
}

TEST_F(ServeCommand, TellsPrometheusWhatItDid) {
  serve();
  EXPECT_EQ(server::status_of(get("/v1/persons/" + child_ + "/status")), 200);
  EXPECT_EQ(server::status_of(get("/v1/persons/" + child_ + "/status?shoe=42")), 400);
  EXPECT_EQ(server::status_of(get("/v1/nothing/" + office_.child)), 404);
  (void)get("/v1/events?follow=false");
  const auto text = body_of(get("/metrics"));
  const auto size = std::to_string(number(object_of(body_of(get("/readyz"))), "treeSize"));
  for (const auto& line : std::vector<std::string>{
           "kinledger_http_requests_total{route=\"personStatus\",status=\"200\"} 1\n",
           "kinledger_http_requests_total{route=\"personStatus\",status=\"400\"} 1\n",
           "kinledger_http_requests_total{route=\"none\",status=\"404\"} 1\n",
           "kinledger_http_request_seconds_count{route=\"personStatus\"} 2\n",
           "kinledger_tree_size " + size + "\n", "kinledger_projected_size " + size + "\n",
           "kinledger_events_streamed_total " + size + "\n", "kinledger_streams 0\n"})
    EXPECT_NE(text.find(line), std::string::npos) << line << text;
  EXPECT_EQ(text.find(office_.child), std::string::npos);
  EXPECT_EQ(text.find(child_), std::string::npos);
}

TEST_F(ServeCommand, ListensOnLoopbackOnlyAndKeepsTheLedger) {
  const auto open = shell_.run({"serve", "city", "--listen", "0.0.0.0:0"});
  EXPECT_EQ(open.exit, 2) << open.told();
  EXPECT_TRUE(holds(open.err, "TLS")) << open.err;
  serve();
  const auto rebound = [&] {
    const server::SocketClient client(port_);
    client.send("GET /healthz HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");
    return client.read_all();
  }();
  EXPECT_EQ(server::status_of(rebound), 421) << rebound;
}

}  // namespace
}  // namespace kinledger::tools
