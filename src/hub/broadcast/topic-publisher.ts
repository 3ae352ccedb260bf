/** The topics of this node, with one native publish and no loop here. Implemented in runtime/. */
export interface TopicPublisher {
  /** Sends one frame to everyone on the topic. */
  publish(topic: string, frame: string): void;
  /** How many are on the topic. */
  subscriberCount(topic: string): number;
}
