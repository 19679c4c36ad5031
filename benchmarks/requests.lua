-- Requests for wrk. KIND, RUN and SUBJECTS are set above this text.
-- "new" and "check new" send a schema that nobody has sent before; "same" one that
-- the subject has, in a body that nobody has sent before; "same again" and
-- "check same" eight bodies, over and over.

local count, thread_id = 0, 0
local threads = 0

function setup(thread)
  thread:set("thread_id", threads)
  threads = threads + 1
end

local function schema(label)
  return '{\\"type\\":\\"record\\",\\"name\\":\\"Placed\\",\\"namespace\\":\\"shop\\",'
    .. '\\"fields\\":[{\\"name\\":\\"id\\",\\"type\\":\\"long\\"},'
    .. '{\\"name\\":\\"customer\\",\\"type\\":\\"string\\"},'
    .. '{\\"name\\":\\"note\\",\\"type\\":[\\"null\\",\\"string\\"],\\"default\\":null},'
    .. '{\\"name\\":\\"f_' .. label .. '\\",\\"type\\":\\"int\\",\\"default\\":0}]}'
end

-- Return spaces and tabs that stand for a number: each its own, of one length.
local function blank(number)
  local text = ""
  for _ = 1, 24 do
    text = text .. (number % 2 == 0 and " " or "\t")
    number = math.floor(number / 2)
  end
  return text
end

local headers = { ["Content-Type"] = "application/vnd.schemaregistry.v1+json" }

function request()
  count = count + 1
  -- The threads go through different subjects in different orders.
  local subject = (count * 7919 + thread_id * 104729) % SUBJECTS
  local label = RUN .. "_" .. thread_id .. "_" .. count
  local margin = ""
  if KIND == "same again" or KIND == "check same" then subject = count % 8 end
  if KIND == "same" or KIND == "same again" then label = subject .. "_4" end
  if KIND == "check same" then label = "checked" end
  -- Raw inserts come between runs, so what an earlier one has sent is forgotten.
  if KIND == "same" then margin = blank(2 * count + thread_id) end
  local path = string.format("/subjects/stocked-%06d/versions", subject)
  if KIND:sub(1, 5) == "check" then path = "/compatibility" .. path end
  local body = '{"schema":' .. margin .. '"' .. schema(label) .. '"}'
  return wrk.format("POST", path, headers, body)
end
