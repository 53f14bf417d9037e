import { absent, type Behaviours, differs, same } from "./behaviour.ts";

/** What a cached function shows is shown again; what it reads from inputs becomes part of its key. */
export const elements: Behaviours = {
  B267: same("Elements shown by the body are shown again, in order, on each hit."),
  B268: same("The computing call shows them once."),
  B269: same("All kinds of elements are replayed."),
  B270: absent(
    "Toasts are not replayed.",
    "An element is any marked function; one that should not repeat is simply not marked.",
  ),
  B271: same("Nested cached functions: the outer replays the inner's elements, the inner only its own."),
  B272: same("Data in resources and resources in data both record."),
  B273: same("Elements go to the container that is current at replay."),
  B274: same("Elements of a named place go to that place again."),
  B275: same("Containers made inside are made anew, with what they hold."),
  B276: differs("Writing into a container from outside works once and fails at replay.", "It fails at once."),
  B277: same("If the body throws, what it showed stays, nothing is stored, and the recording ends."),
  B278: same("Binary elements are replayed as they were."),
  B279: same("An argument shown inside does not break the replay."),
  B280: same("Value and elements both come from the first run."),
  B281: same("Functions that run at the same time do not record each other's elements."),
  B282: absent(
    "Without a running app nothing is recorded.",
    "There is no app: elements are functions of the program, and recording is the cache's own.",
  ),
  B283: differs(
    "A widget in a cached function is shown with a warning.",
    "Reading one without `allowWidgets` is an error naming function and option: a warning would leave a wrong result in the cache.",
  ),
  B284: differs("Nested functions warn for each widget.", "The first widget read is an error."),
  B285: same("The prohibition ends with the body, also by an error."),
  B286: same("All kinds of widgets count."),
  B287: differs("The option that allows widgets is accepted and ignored.", "It is in force."),
  B288: same("Originally: each widget value counts as one more argument."),
  B289: same("The key has two steps: arguments, then the values of the widgets that call reads."),
  B290: same("A widget without value counts as absent."),
  B291: differs(
    "A widget that appears for the first time can orphan older variants.",
    "Older variants stay reachable.",
  ),
  B292: same("A widget read only under a condition gives the right variant each time."),
  B293: same("Rerunning hits, changing the widget runs, rerunning hits."),
  B294: same("Widgets are registered again on hits, so their state survives."),
  B295: same("Two nested functions that both allow widgets work."),
  B296: differs(
    "An outer function that forbids widgets overrides an inner one that allows them, with a warning.",
    "It is an error of the outer function.",
  ),
  B297: differs("The limit counts arguments, not combinations of widget values.", "Every stored variant counts."),
  B298: differs(
    "File upload and camera input are unsupported.",
    "A widget's value is hashed like an argument: bytes are, a `File` is refused with a hint.",
  ),
  B299: absent(
    "Without a session nothing is read or written.",
    "There are no sessions: a cache belongs to its process.",
  ),
  B300: same("A value that fails validation drops only its own variant."),
};
