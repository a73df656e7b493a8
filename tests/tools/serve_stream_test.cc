// The stream of events as auditors meet it: the program on a real socket, and every tree computed
// again from what it sent.
#include <algorithm>
#include <tuple>

#include "ledger/checkpoint.h"
#include "ledger/log_key.h"
#include "server/event_frames.h"
#include "server/http_client.h"
#include "tests/tools/served_office.h"

namespace kinledger::tools {
namespace {

using ServedStream = ServeCommand;

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

TEST_F(ServedStream, StreamsTheWholeLogSoThatItsRootCanBeComputed) {
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

TEST_F(ServedStream, LeavesOutWhatNobodyAskedForButNotFromTheTree) {
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

TEST_F(ServedStream, TellsTheSameEventsInJson) {
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

TEST_F(ServedStream, StreamsWhatIsRecordedNextAndEndsWhenItStops) {
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

TEST_F(ServedStream, TellsWhatIsWrongWithAStream) {
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
TEST_F(ServedStream, IsFollowedByAnAuditorWhoNoticesALogThatShrank) {
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

}  // namespace
}  // namespace kinledger::tools
